import { prisma } from "../db/client";

/** What a request with an idempotency key was, and what became of it; `answer` is null until that is known. */
export type Remembered = { request: string; status: number | null; answer: string | null };

type Reservation = { name: string; request: string; now: Date; expiresAt: Date };

/** Takes a name for a request, unless it is taken: then tells by what. Names whose time is over are free. */
export async function reserveName({ name, request, now, expiresAt }: Reservation): Promise<Remembered | null> {
  await forgetExpiredAnswers(now);
  const { count } = await prisma().idempotentAnswer.createMany({
    data: { name, request, expiresAt },
    skipDuplicates: true,
  });
  if (count === 1) return null;
  // The one before may have failed, and let go of it, meanwhile.
  const known = await prisma().idempotentAnswer.findUnique({ where: { name } });
  return known ?? (await reserveName({ name, request, now, expiresAt }));
}

export async function forgetExpiredAnswers(now: Date): Promise<void> {
  await prisma().idempotentAnswer.deleteMany({ where: { expiresAt: { lte: now } } });
}

export async function keepAnswer(name: string, kept: { status: number; answer: string }): Promise<void> {
  await prisma().idempotentAnswer.update({ where: { name }, data: kept });
}

export async function releaseName(name: string): Promise<void> {
  await prisma().idempotentAnswer.deleteMany({ where: { name } });
}
