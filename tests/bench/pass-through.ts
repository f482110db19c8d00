// A proxy that does nothing but pass on, of Node's HTTP server and undici. Takes its upstream's address, prints its own.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";

const origin = process.argv[2] as string;
const agent = new Agent({ keepAliveTimeout: 20_000, pipelining: 1 });

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await agent.request({
    origin,
    path: request.url ?? "/",
    method: "POST",
    headers: { "content-type": request.headers["content-type"], authorization: "Bearer sk-upstream" },
    body: Buffer.concat(chunks),
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  response
    .writeHead(answer.statusCode, {
      "content-type": answer.headers["content-type"] as string,
      "content-length": body.length,
    })
    .end(body);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
