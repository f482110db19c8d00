import { answerProxy } from "@/lib/gateway/web-lane";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export {
  answerProxy as DELETE,
  answerProxy as GET,
  answerProxy as OPTIONS,
  answerProxy as PATCH,
  answerProxy as POST,
  answerProxy as PUT,
};
