import { setTimeout as delay } from "node:timers/promises";
import { type ClientSeed, clientSeeds, type KeySeed } from "@/prisma/seed/clients";
import { modelSeeds } from "@/prisma/seed/models";
import { pickAt } from "@/prisma/seed/random";
import { conversations } from "./conversations";

const callsPerSecond = 2.5;
const mostOpenCalls = 20;
/** Some who listen to a stream leave before its end. */
const leavingShare = 0.03;

type App = { weight: number; client: ClientSeed; key: KeySeed; secret: string };

export type TrafficCount = { answered: number; refused: number };

/** Apps of the demo's clients that call the gateway as theirs would, until they are told to stop. */
export class Traffic {
  readonly count: TrafficCount = { answered: 0, refused: 0 };
  private readonly stopping = new AbortController();
  private readonly open = new Set<Promise<void>>();
  private readonly apps: App[];

  constructor(
    private readonly gatewayUrl: string,
    secrets: Record<string, { key: string; secret: string }[]>,
  ) {
    this.apps = clientSeeds.flatMap((client) => {
      const total = client.keys.reduce((sum, { weight }) => sum + weight, 0);
      return client.keys.flatMap((key) => {
        const secret = secrets[client.name]?.find((each) => each.key === key.name)?.secret;
        return secret === undefined ? [] : [{ client, key, secret, weight: (client.liveWeight * key.weight) / total }];
      });
    });
  }

  /** Resolves when it has been stopped. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // The time between two calls of many independent people.
      await delay((-Math.log(1 - Math.random()) * 1000) / callsPerSecond, undefined, { signal }).catch(() => {});
      if (signal.aborted || this.open.size >= mostOpenCalls) continue;
      const call = this.call(pick(this.apps)).catch(() => {});
      this.open.add(call);
      void call.finally(() => this.open.delete(call));
    }
  }

  /** Makes no more calls and breaks off those that are open. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.open);
  }

  private async call({ client, key, secret }: App): Promise<void> {
    const model = modelSeeds[pick(key.models).name];
    const conversation = conversations[
      Math.floor(Math.random() * conversations.length)
    ] as (typeof conversations)[number];
    const isEmbedding = model.endpoint === "embeddings";
    const stream = !isEmbedding && Math.random() < 0.5;
    const body = isEmbedding
      ? { model: model.model, input: conversation.question }
      : {
          model: model.model,
          messages: [
            { role: "system", content: conversation.system },
            { role: "user", content: conversation.question },
          ],
          max_tokens: 300,
          ...(stream ? { stream: true } : {}),
        };
    const response = await fetch(
      `${this.gatewayUrl}/api/proxy/${model.provider}/v1/${isEmbedding ? "embeddings" : "chat/completions"}`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${secret}`,
          "content-type": "application/json",
          "user-agent": userAgentOf(client),
        },
        body: JSON.stringify(body),
        signal: this.stopping.signal,
      },
    );
    if (response.ok) this.count.answered += 1;
    else this.count.refused += 1;
    await listen(response, stream && Math.random() < leavingShare);
  }
}

async function listen(response: Response, leavesEarly: boolean): Promise<void> {
  const reader = response.body?.getReader();
  for (let chunks = 0; reader && !(await reader.read()).done; chunks++) {
    if (leavesEarly && chunks === 3) return await reader.cancel();
  }
}

function userAgentOf({ timeZone }: ClientSeed): string {
  return timeZone.startsWith("Europe/") ? "OpenAI/Python 2.8.0" : "OpenAI/JS 7.57.0";
}

function pick<T extends { weight: number }>(entries: readonly T[]): T {
  return pickAt(entries, Math.random());
}
