// The upstream of the streams: answers every request with a slow stream of events. Prints its address.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chunkIntervalMs, chunkOf, chunksPerStream, monotonicMs } from "./stream-chunks";

const last = `data: {"id":"chatcmpl-Bench","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":58,"completion_tokens":200,"total_tokens":258}}\n\ndata: [DONE]\n\n`;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  request.once("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(chunkOf(monotonicMs()));
      sent += 1;
      if (sent < chunksPerStream) return;
      clearInterval(timer);
      response.end(last);
    }, chunkIntervalMs);
    response.once("close", () => clearInterval(timer));
  });
});
server.listen(0, "127.0.0.1", 4096, () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
