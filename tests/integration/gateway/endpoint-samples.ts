type Body = { body: string; contentType?: string };

/** A call of one endpoint as its provider would answer it; `tokens` are what the answers report, plain and streamed. */
export type Sample = {
  request: Body;
  answer: Body;
  tokens: { input: number; output: number } | null;
  streamedBody?: string;
  streamedAnswer?: Body;
};

const json = (value: unknown): Body => ({ body: JSON.stringify(value) });
const events = (...objects: unknown[]): Body => ({
  body: objects.map((object) => `data: ${JSON.stringify(object)}\n\n`).join(""),
});

const input = 12;
const output = 5;
const tokens = { input, output };
const inputOnly = { input, output: 0 };
const chatUsage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
const messages = [{ role: "user", content: "Say hello." }];

function form(...fields: [name: string, value: string][]): Body {
  const parts = fields.map(
    ([name, value]) => `--walk\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = '--walk\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nbytes\r\n';
  return { body: `${parts.join("")}${file}--walk--\r\n`, contentType: "multipart/form-data; boundary=walk" };
}

const gemini = { contents: [{ role: "user", parts: [{ text: "Say hello." }] }] };
const geminiAnswer = {
  candidates: [{ content: { parts: [{ text: "Hello there." }] } }],
  usageMetadata: {
    promptTokenCount: input,
    candidatesTokenCount: 2,
    thoughtsTokenCount: 3,
    totalTokenCount: input + output,
  },
};
const embedding = { values: [0.1, 0.2] };
const ollamaEnd = { model: "walked", done: true, prompt_eval_count: input, eval_count: output };
const lines = (...objects: unknown[]): Body => ({
  body: objects.map((object) => `${JSON.stringify(object)}\n`).join(""),
  contentType: "application/x-ndjson",
});

export const samples: Record<string, Sample> = {
  "POST /v1/chat/completions": {
    request: json({ model: "walked", messages }),
    answer: json({ model: "walked", choices: [{ message: { content: "Hello there." } }], usage: chatUsage }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", messages, stream: true }),
    streamedAnswer: events(
      { choices: [{ delta: { content: "Hello " } }] },
      { choices: [{ delta: { content: "there." } }], usage: chatUsage },
    ),
  },
  "POST /v1/completions": {
    request: json({ model: "walked", prompt: "Say hello." }),
    answer: json({ model: "walked", choices: [{ text: "Hello there." }], usage: chatUsage }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", prompt: "Say hello.", stream: true }),
    streamedAnswer: events({ choices: [{ text: "Hello " }] }, { choices: [{ text: "there." }], usage: chatUsage }),
  },
  "POST /v1/responses": {
    request: json({ model: "walked", input: "Say hello." }),
    answer: json({ object: "response", model: "walked", output: [], usage }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", input: "Say hello.", stream: true }),
    streamedAnswer: events(
      { type: "response.output_text.delta", delta: "Hello there." },
      { type: "response.completed", response: { model: "walked", usage } },
    ),
  },
  "POST /v1/embeddings": {
    request: json({ model: "walked", input: "Say hello." }),
    answer: json({
      model: "walked",
      data: [{ embedding: [0.1] }],
      usage: { prompt_tokens: input, total_tokens: input },
    }),
    tokens: inputOnly,
  },
  "POST /v1/images/generations": {
    request: json({ model: "walked", prompt: "a dog" }),
    answer: json({ data: [{ b64_json: "AAAA" }], usage }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", prompt: "a dog", stream: true }),
    streamedAnswer: events(
      { type: "image_generation.partial_image", b64_json: "AAAA" },
      { type: "image_generation.completed", b64_json: "AAAA", usage },
    ),
  },
  "POST /v1/images/edits": {
    request: form(["model", "walked"], ["prompt", "a dog"]),
    answer: json({ data: [{ b64_json: "AAAA" }], usage }),
    tokens,
    streamedBody: form(["model", "walked"], ["prompt", "a dog"], ["stream", "true"]).body,
    streamedAnswer: events({ type: "image_edit.completed", b64_json: "AAAA", usage }),
  },
  "POST /v1/audio/transcriptions": {
    request: form(["model", "walked"]),
    answer: json({ text: "Hello there.", usage: { type: "tokens", ...usage } }),
    tokens,
    streamedBody: form(["model", "walked"], ["stream", "true"]).body,
    streamedAnswer: events(
      { type: "transcript.text.delta", delta: "Hello there." },
      { type: "transcript.text.done", text: "Hello there.", usage: { type: "tokens", ...usage } },
    ),
  },
  "POST /v1/audio/translations": {
    request: form(["model", "walked"]),
    answer: json({ text: "Hello there." }),
    tokens: null,
  },
  "POST /v1/audio/speech": {
    request: json({ model: "walked", input: "Hello there.", voice: "alloy" }),
    answer: { body: "\u0001sound\u0002".repeat(50), contentType: "audio/mpeg" },
    tokens: null,
  },
  "POST /v1/moderations": { request: json({ input: "Hello." }), answer: json({ results: [] }), tokens: null },
  "POST /v1/responses/input_tokens": {
    request: json({ input: "Hello." }),
    answer: json({ input_tokens: 9 }),
    tokens: null,
  },
  "GET /v1/models": { request: { body: "" }, answer: json({ data: [] }), tokens: null },
  "POST /v1/messages": {
    request: json({ model: "walked", max_tokens: 50, messages }),
    answer: json({ type: "message", model: "walked", content: [{ type: "text", text: "Hello there." }], usage }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", max_tokens: 50, messages, stream: true }),
    streamedAnswer: events(
      { type: "message_start", message: { model: "walked", usage: { input_tokens: input, output_tokens: 1 } } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "Hello there." } },
      { type: "message_delta", usage: { output_tokens: output } },
      { type: "message_stop" },
    ),
  },
  "POST /v1/messages/count_tokens": { request: json({ messages }), answer: json({ input_tokens: 9 }), tokens: null },
  "POST /v1beta/models/{model}:generateContent": { request: json(gemini), answer: json(geminiAnswer), tokens },
  "POST /v1beta/models/{model}:streamGenerateContent": {
    request: json(gemini),
    answer: { body: JSON.stringify([geminiAnswer, geminiAnswer], null, 2) },
    tokens,
    streamedAnswer: events(geminiAnswer, geminiAnswer),
  },
  "POST /v1beta/models/{model}:embedContent": {
    request: json({ content: { parts: [{ text: "Say hello." }] } }),
    answer: json({ embedding, usageMetadata: { promptTokenCount: input } }),
    tokens: inputOnly,
  },
  "POST /v1beta/models/{model}:batchEmbedContents": {
    request: json({ requests: [{ content: { parts: [{ text: "Say hello." }] } }] }),
    answer: json({ embeddings: [embedding], usageMetadata: { promptTokenCount: input } }),
    tokens: inputOnly,
  },
  "POST /v1beta/models/{model}:countTokens": { request: json(gemini), answer: json({ totalTokens: 9 }), tokens: null },
  "GET /v1beta/models": { request: { body: "" }, answer: json({ models: [] }), tokens: null },
  "POST /api/chat": {
    request: json({ model: "walked", messages, stream: false }),
    answer: json({ ...ollamaEnd, message: { content: "Hello there." } }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", messages }),
    streamedAnswer: lines({ message: { content: "Hello there." }, done: false }, ollamaEnd),
  },
  "POST /api/generate": {
    request: json({ model: "walked", prompt: "Say hello.", stream: false }),
    answer: json({ ...ollamaEnd, response: "Hello there." }),
    tokens,
    streamedBody: JSON.stringify({ model: "walked", prompt: "Say hello." }),
    streamedAnswer: lines({ response: "Hello there.", done: false }, ollamaEnd),
  },
  "POST /api/embed": {
    request: json({ model: "walked", input: "Say hello." }),
    answer: json({ model: "walked", embeddings: [[0.1]], prompt_eval_count: input }),
    tokens: inputOnly,
  },
  "GET /api/tags": { request: { body: "" }, answer: json({ models: [] }), tokens: null },
};
