import { once } from "node:events";
import { inspectorFlag, type RunningServer } from "./server";

type Usage = { heapUsed: number; external: number };

/** One look takes so many: the memory of buffers is given back some time after they are collected. */
const collections = 6;

/**
 * What a server's process holds beyond what it held when this began, in bytes: what is left when its garbage is collected,
 * which its inspector is asked for. How much garbage lies about, and how much of it the allocator keeps, differs from run to
 * run and with what else the machine does.
 */
export async function watchMemory(server: RunningServer): Promise<{ grownBy(): Promise<number> }> {
  const url = /Debugger listening on (ws:\S+)/.exec(server.output())?.[1];
  if (url === undefined)
    throw new Error(`Its memory can be asked for when the server is started with ${inspectorFlag}.`);

  /** A session for each question, so that there is nothing to close in the end. */
  const inUse = async () => {
    const socket = new WebSocket(url);
    await once(socket, "open");
    const ask = async <T>(method: string, params = {}): Promise<T> => {
      socket.send(JSON.stringify({ id: 1, method, params }));
      const [{ data }] = (await once(socket, "message")) as [MessageEvent<string>];
      return JSON.parse(data).result;
    };
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < collections; round++) {
      await ask("HeapProfiler.collectGarbage");
      const { result } = await ask<{ result: { value: Usage } }>("Runtime.evaluate", {
        expression: "process.memoryUsage()",
        returnByValue: true,
      });
      least = Math.min(least, result.value.heapUsed + result.value.external);
    }
    socket.close();
    return least;
  };

  const before = await inUse();
  return { grownBy: async () => (await inUse()) - before };
}
