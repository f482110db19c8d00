import type { z } from "zod";
import type { AnswerName } from "./answers";

/**
 * Who may call an endpoint: a member of the staff of this role or above, a client about itself, or a manager among a
 * client's people who is signed in.
 */
export type Audience = "viewer" | "admin" | "owner" | "client" | "manager";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One endpoint as its users know it: what it does, for whom, what it takes and what it gives. */
export type Operation = {
  summary: string;
  who: Audience;
  query?: z.ZodObject;
  /** A body as JSON, or a file. */
  input?: z.ZodType | "csv" | "image";
  /** `csv` is a file; null is 204. */
  answer: AnswerName | "csv" | null;
  /** What a 400 tells beside the error, where the input is judged as a whole. */
  judgement?: AnswerName;
  /** Where something is made: 201. */
  creates?: true;
  /** Whether it tells its version in `ETag`, and a change takes it back in `If-Match`. */
  versioned?: true;
};

/** By method and path: `GET /api/admin/plans/{planId}`. */
export type Operations = Record<`${Method} /api/${string}`, Operation>;
