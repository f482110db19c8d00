import type { AgencySettings } from "../agency/schema";
import type { PriceList } from "../metering/price-list";
import type { MediaTokens, Searches, Usage } from "../metering/types";
import type { Reasoning } from "./generated-text";
import type { RequestBody } from "./request-body";
import type { Vendor } from "./vendors";

/** Header fields by lower-case name, as Node gives them. */
export type HeaderFields = Record<string, string | string[] | undefined>;

export type DialectName = "openai" | "anthropic" | "gemini";

/** `metered` calls are recorded; `checked` ones pass unless a limit is used up; `free` ones always pass. */
export type Endpoint = {
  name: string;
  kind: "metered" | "checked" | "free";
  /** Where an answer tells no tokens, the call counts as a request alone. */
  countsRequestsOnly?: boolean;
  /** The model where the path names it: that one answers, whatever the body says. */
  model?: string;
};

/** An endpoint as it is told of, and tested: with a path at which it is found. */
export type KnownEndpoint = Endpoint & { method: "GET" | "POST"; path: string; streams: boolean };

/** What of a request is not in its body. */
export type RequestContext = { vendor: Vendor; contentType: string | null };

/** What admission needs to know of a request, read from its body. Tokens are estimates. */
export type RequestFacts = {
  model: string | null;
  /** Further models that may answer in its place or help it, where the request names such. */
  otherModels?: string[] | undefined;
  stream: boolean;
  inputTokens: number;
  /** How many of them are not of its text: pictures, sound, files. */
  mediaTokens: number;
  /** The most output tokens that the request allows, over all its answers; null when it sets no bound. */
  outputBound: number | null;
  /** Whether some of it may be cached for an hour, at a price of its own. */
  cachesForAnHour?: boolean;
  /** Whether it asks for reasoning, which may not be shown. */
  asksForReasoning?: boolean;
  /** The text whose tokens are counted when the provider reports none; null when it is too long to keep. */
  text: string | null;
};

/** A request as its client wrote it. `query` has no question mark. */
export type RequestToPrepare = {
  endpoint: Endpoint;
  body: RequestBody;
  facts: RequestFacts;
  vendor: Vendor;
  query: string;
};

/** A request body as it goes upstream, and whether an extra usage chunk must be kept from the client. */
export type PreparedBody = { body: RequestBody; hidesUsage: boolean };

/** What a strict call comes to at most, as long as the provider keeps the cap that it is sent. */
export type StrictBounds = {
  /** More than any way of counting makes of the input. */
  inputTokens: number;
  /** How many answers are capped alike; zero where nothing is generated. */
  answers: number;
  /** The cap that the request itself sets on each; null where it sets none. */
  answerTokens: number | null;
  /** The least cap that the provider takes. */
  leastAnswerTokens: number;
};

/** A request of a client whose plan is strict. */
export type StrictRequest = RequestContext & { endpoint: Endpoint; body: RequestBody };

/** How a strict plan is kept: what is reserved is what a call comes to at most, and what is sent is capped to fit. */
export type StrictRules = {
  /** @throws AppError `invalid_request` for a request of which no bound can be told. */
  boundsOf(request: StrictRequest): StrictBounds;
  /** The body with each of its answers capped, by an edit of its text: every other byte stays. */
  capAnswers(request: Omit<RequestToPrepare, "facts"> & { answerTokens: number }): RequestBody;
};

/** What a dialect's answers tell of use. Fed a copy of the bytes; never changes them. */
export type UsageReader = {
  push(chunk: Uint8Array): void;
  /** Of what must be decoded first: resolves when more may be pushed; null where that is now. */
  behind?(): Promise<void> | null;
  /** Likewise: resolves when all that was pushed has been read. */
  finish?(): Promise<void>;
  end(): UsageReport;
};

/** Another model that helped with an answer. */
export type Helper = { model: string; usage: Usage; media?: MediaTokens };

export type UsageReport = {
  /** The provider's own numbers; null when it reported none. */
  usage: Usage | null;
  /** What other models used that helped with the answer: it costs by their prices. */
  helpers?: Helper[];
  /** What of the tokens is no text, where that is told apart. */
  media?: MediaTokens;
  /** What the provider searched for the answer, where it did. */
  searches?: Searches;
  /** In which of its provider's tiers of service it was made, where that is told. */
  serviceTier?: string;
  /** The numbers are those of an answer's beginning, which had no output yet to speak of. */
  isPartial: boolean;
  /** It said itself that it was at its end: its numbers are all that there is, however the connection ended. */
  isEnded?: boolean;
  model: string | null;
  /** The beginning of what was generated, as far as it can be seen: counted when there are no numbers. */
  text: string;
  /** How many characters all of it has. */
  textLength: number;
  /** What shows of the reasoning behind it, where there was any. */
  reasoning?: Reasoning;
  /** It is billed by the length of its sound: there are no tokens to count. */
  isByDuration?: boolean;
  /** An answer of status 200 that reports an error. */
  failed: boolean;
  /** It came in a format that cannot be read here: that nothing was seen says nothing. */
  isUnreadable?: boolean;
};

/** An answer whose use is to be read. */
export type AnswerToRead = {
  endpoint: Endpoint;
  vendor: Vendor;
  /** The request asked for one. Some hosts then send events under another content type. */
  stream: boolean;
  headers: HeaderFields;
  /** Called when the first of what is no reasoning comes. */
  answerBegins?: (() => void) | undefined;
};

/** How one family of providers is spoken to. Adding one is a file and a line in the registry. */
export type Dialect = {
  name: DialectName | "ollama";
  /** All that it lets through. */
  endpoints: readonly KnownEndpoint[];
  /** Which metered or free endpoint a request is for; null for any other, which is not let through. `path` has no query. */
  findEndpoint(method: string, path: string): Endpoint | null;
  /** @throws AppError `invalid_request` when the body cannot be metered. */
  readRequest(endpoint: Endpoint, body: RequestBody, context: RequestContext): RequestFacts;
  prepareBody(request: RequestToPrepare): PreparedBody;
  strict: StrictRules;
  usageReader(answer: AnswerToRead): UsageReader;
  /** Whether a server-sent event, by its JSON, is the extra chunk that was asked for on the client's behalf: it names `"usage"`. */
  isUsageChunk(data: string): boolean;
  errorBody(failure: {
    status: number;
    code: string;
    message: string;
    requestId: string;
    retryAfterSeconds: number | null;
  }): unknown;
};

/** An upstream that is ready to be called. */
export type Upstream = {
  id: string;
  slug: string;
  vendor: Vendor;
  dialect: DialectName;
  origin: string;
  /** Prefix of every path, without a slash at its end. */
  prefix: string;
  /** Null when it cannot be decrypted; empty where the provider needs none. */
  credential: string | null;
  isDefault: boolean;
  /** What the agency pays there, as far as it has entered it. */
  prices: PriceList;
  /** The version of the agency to which all this belongs, and what the agency had decided then. */
  agency: { version: number; settings: AgencySettings };
};
