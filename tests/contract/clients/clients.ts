import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { ApiError, GoogleGenAI } from "@google/genai";
import { ChatOpenAI } from "@langchain/openai";
import { APICallError, generateText, type LanguageModel, streamText } from "ai";
import OpenAI from "openai";

/** Where an app's client calls, and with which key. `maxRetries` is left to the client where it is not given. */
export type Connection = { url: string; secret: string; maxRetries?: number };
export type Answer = { text: string; input: number | undefined; output: number | undefined };
/** `isTyped`: by the class, and the mark, that this client has for it. */
type Failure = { status: number | undefined; text: string; isTyped: boolean };

/** One of the clients that apps use, as its documentation shows it, with another base URL and key. */
export type AppClient = {
  name: string;
  /** The provider that it calls. */
  provider: "openai" | "anthropic" | "gemini";
  ask(connection: Connection, prompt: string): Promise<Answer>;
  /** The texts as they come. */
  stream(connection: Connection, prompt: string, signal?: AbortSignal): AsyncIterable<string>;
  failureOf(error: unknown): Failure;
  /** Whether it can be told by the answer not to try a used-up quota again. */
  heedsRefusals: boolean;
};

const retries = ({ maxRetries }: Connection) => (maxRetries === undefined ? {} : { maxRetries });

const openaiSdk = (connection: Connection) =>
  new OpenAI({ baseURL: `${connection.url}/openai/v1`, apiKey: connection.secret, ...retries(connection) });
const anthropicSdk = (connection: Connection) =>
  new Anthropic({ baseURL: `${connection.url}/anthropic`, apiKey: connection.secret, ...retries(connection) });
const googleSdk = ({ url, secret }: Connection) =>
  new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: `${url}/gemini` } });

/** OpenAI's and Anthropic's clients have a class for some statuses, and one for all others. */
const classOf = (
  { RateLimitError, AuthenticationError, APIError }: typeof OpenAI | typeof Anthropic,
  status?: number,
) => (status && { 429: RateLimitError, 401: AuthenticationError }[status]) || APIError;

const failureOfOpenai = (error: unknown): Failure => {
  const { status, message } = error as { status?: number; message: string };
  return { status, text: message, isTyped: error instanceof classOf(OpenAI, status) };
};

const openaiChat: AppClient = {
  name: "openai, chat completions",
  provider: "openai",
  heedsRefusals: true,
  failureOf: failureOfOpenai,
  async ask(connection, prompt) {
    const { choices, usage } = await openaiSdk(connection).chat.completions.create({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: prompt }],
    });
    const text = choices[0]?.message.content ?? "";
    return { text, input: usage?.prompt_tokens, output: usage?.completion_tokens };
  },
  async *stream(connection, prompt, signal) {
    const stream = await openaiSdk(connection).chat.completions.create(
      { model: "gpt-4o-mini", messages: [{ role: "user", content: prompt }], stream: true },
      signal ? { signal } : {},
    );
    for await (const { choices } of stream) yield choices[0]?.delta.content ?? "";
  },
};

const openaiResponses: AppClient = {
  name: "openai, responses",
  provider: "openai",
  heedsRefusals: true,
  failureOf: failureOfOpenai,
  async ask(connection, prompt) {
    const { output_text, usage } = await openaiSdk(connection).responses.create({
      model: "gpt-4o-mini",
      input: prompt,
    });
    return { text: output_text, input: usage?.input_tokens, output: usage?.output_tokens };
  },
  async *stream(connection, prompt, signal) {
    const stream = await openaiSdk(connection).responses.create(
      { model: "gpt-4o-mini", input: prompt, stream: true },
      signal ? { signal } : {},
    );
    for await (const event of stream) if (event.type === "response.output_text.delta") yield event.delta;
  },
};

const anthropicMessages: AppClient = {
  name: "@anthropic-ai/sdk",
  provider: "anthropic",
  heedsRefusals: true,
  failureOf(error) {
    const { status, message } = error as { status?: number; message: string };
    return { status, text: message, isTyped: error instanceof classOf(Anthropic, status) };
  },
  async ask(connection, prompt) {
    const { content, usage } = await anthropicSdk(connection).messages.create({
      model: "claude-sonnet-4-5",
      max_tokens: 200,
      messages: [{ role: "user", content: prompt }],
    });
    const [block] = content;
    return {
      text: block?.type === "text" ? block.text : "",
      input: usage.input_tokens,
      output: usage.output_tokens,
    };
  },
  async *stream(connection, prompt, signal) {
    const stream = await anthropicSdk(connection).messages.create(
      { model: "claude-sonnet-4-5", max_tokens: 200, messages: [{ role: "user", content: prompt }], stream: true },
      signal ? { signal } : {},
    );
    for await (const event of stream) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") yield event.delta.text;
    }
  },
};

const googleGenai: AppClient = {
  name: "@google/genai",
  provider: "gemini",
  heedsRefusals: true,
  failureOf(error) {
    const { status, message } = error as { status?: number; message: string };
    return { status, text: message, isTyped: error instanceof ApiError };
  },
  async ask(connection, prompt) {
    const { text, usageMetadata } = await googleSdk(connection).models.generateContent({
      model: "gemini-2.5-flash",
      contents: prompt,
    });
    return {
      text: text ?? "",
      input: usageMetadata?.promptTokenCount,
      output: usageMetadata?.candidatesTokenCount,
    };
  },
  async *stream(connection, prompt, signal) {
    const stream = await googleSdk(connection).models.generateContentStream({
      model: "gemini-2.5-flash",
      contents: prompt,
      ...(signal ? { config: { abortSignal: signal } } : {}),
    });
    for await (const { text } of stream) yield text ?? "";
  },
};

function vercel(
  name: string,
  provider: AppClient["provider"],
  modelOf: (connection: Connection) => LanguageModel,
): AppClient {
  return {
    name: `ai with ${name}`,
    provider,
    // It tries a 429 again whatever the answer says; a key can be set to answer 402, which it does not try again.
    heedsRefusals: false,
    failureOf(error) {
      const last = (error as { lastError?: unknown }).lastError ?? error;
      const { statusCode, message } = last as { statusCode?: number; message: string };
      return { status: statusCode, text: message, isTyped: APICallError.isInstance(last) };
    },
    async ask(connection, prompt) {
      const { text, usage } = await generateText({ model: modelOf(connection), prompt, ...retries(connection) });
      return { text, input: usage.inputTokens, output: usage.outputTokens };
    },
    async *stream(connection, prompt, signal) {
      let failure: unknown;
      const { textStream } = streamText({
        model: modelOf(connection),
        prompt,
        ...retries(connection),
        ...(signal ? { abortSignal: signal } : {}),
        onError: ({ error }) => {
          failure = error;
        },
      });
      yield* textStream;
      if (failure) throw failure;
    },
  };
}

const langchain: AppClient = {
  name: "@langchain/openai",
  provider: "openai",
  heedsRefusals: true,
  failureOf(error) {
    // It brings a client of OpenAI's of its own, and marks the errors that it knows.
    const {
      status,
      message,
      lc_error_code: mark,
    } = error as { status?: number; message: string; lc_error_code?: string };
    const known = status === undefined ? undefined : { 429: "MODEL_RATE_LIMIT", 401: "MODEL_AUTHENTICATION" }[status];
    const isOfClass = (error as Error).constructor.name === classOf(OpenAI, status).name;
    return { status, text: message, isTyped: isOfClass && mark === known };
  },
  async ask(connection, prompt) {
    const { content, usage_metadata: usage } = await langchainModel(connection).invoke(prompt);
    return { text: String(content), input: usage?.input_tokens, output: usage?.output_tokens };
  },
  async *stream(connection, prompt, signal) {
    const stream = await langchainModel(connection).stream(prompt, signal ? { signal } : {});
    for await (const { content } of stream) yield String(content);
  },
};

function langchainModel(connection: Connection): ChatOpenAI {
  return new ChatOpenAI({
    model: "gpt-4o-mini",
    apiKey: connection.secret,
    configuration: { baseURL: `${connection.url}/openai/v1` },
    ...retries(connection),
  });
}

export const appClients: AppClient[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenai,
  vercel("@ai-sdk/openai", "openai", ({ url, secret }) =>
    createOpenAI({ baseURL: `${url}/openai/v1`, apiKey: secret })("gpt-4o-mini"),
  ),
  vercel("@ai-sdk/anthropic", "anthropic", ({ url, secret }) =>
    createAnthropic({ baseURL: `${url}/anthropic/v1`, apiKey: secret })("claude-sonnet-4-5"),
  ),
  vercel("@ai-sdk/google", "gemini", ({ url, secret }) =>
    createGoogleGenerativeAI({ baseURL: `${url}/gemini/v1beta`, apiKey: secret })("gemini-2.5-flash"),
  ),
  langchain,
];
