import { findLogo } from "@/lib/agency/store";
import { AppError } from "@/lib/errors";
import { route } from "@/lib/http/respond";

/** For everybody: it stands on the sign-in page. Under the address of this very picture it may be kept for ever. */
export const GET = route(async (request) => {
  const logo = await findLogo();
  if (logo === null) throw new AppError("not_found", "There is no logo.");

  const isThis = new URL(request.url).searchParams.get("v") === logo.digest;
  return new Response(new Uint8Array(logo.bytes), {
    headers: {
      "content-type": logo.mediaType,
      "content-disposition": "inline",
      "x-content-type-options": "nosniff",
      ...(isThis && { "cache-control": "public, max-age=31536000, immutable" }),
    },
  });
});
