import { createHash } from "node:crypto";
import { imageSize } from "image-size";
import { type NewEvent, recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction } from "../db/transaction";
import { AppError } from "../errors";
import { deleteLogo, type Logo, type LogoName, lockAgency, saveLogo } from "./store";

export const mostLogoBytes = 256 * 1024;
const mostPixels = 2_000;

/** Pictures of pixels alone: an SVG can hold scripts. */
const mediaTypes: Record<string, string> = { png: "image/png", jpg: "image/jpeg", webp: "image/webp" };

/** @throws AppError `invalid_request` for what is no PNG, JPEG or WebP of at most 2,000 pixels either way. */
export async function changeLogo({ bytes, actor, now }: { bytes: Buffer; actor: Actor; now: Date }): Promise<void> {
  const logo = readLogo(bytes);
  await inTransaction(async (transaction) => {
    await lockAgency(transaction);
    const before = await saveLogo(transaction, logo);
    await recordEvent(transaction, eventOf({ actor, now, before, after: logo }));
  });
}

/** @throws AppError `not_found` where there is none. */
export async function removeLogo({ actor, now }: { actor: Actor; now: Date }): Promise<void> {
  await inTransaction(async (transaction) => {
    await lockAgency(transaction);
    const before = await deleteLogo(transaction);
    if (before === null) throw new AppError("not_found", "There is no logo.");
    await recordEvent(transaction, eventOf({ actor, now, before, after: null }));
  });
}

/** By what it is, whatever it is called. */
function readLogo(bytes: Buffer): Logo {
  const { type = "", width, height } = sizeOf(bytes);
  const mediaType = mediaTypes[type];
  if (mediaType === undefined) throw new AppError("invalid_request", "A logo is a PNG, JPEG or WebP picture.");
  if (width > mostPixels || height > mostPixels)
    throw new AppError("invalid_request", `A logo has at most ${mostPixels} pixels either way.`);
  return { mediaType, bytes, digest: createHash("sha256").update(bytes).digest("hex").slice(0, 16) };
}

function sizeOf(bytes: Buffer): { type?: string | undefined; width: number; height: number } {
  try {
    return imageSize(bytes);
  } catch {
    return { width: 0, height: 0 };
  }
}

type LogoChange = { actor: Actor; now: Date; before: LogoName | null; after: LogoName | null };

/** Of a picture the audit trail keeps which one it was, and not the picture. */
function eventOf({ actor, now, before, after }: LogoChange): NewEvent {
  const shown = (logo: LogoName | null) => ({ logo: logo && `${logo.mediaType} ${logo.digest}` });
  return {
    actor,
    now,
    action: "settings.updated",
    target: "settings",
    tenantId: null,
    before: shown(before),
    after: shown(after),
  };
}
