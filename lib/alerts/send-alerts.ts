import { getSettings } from "../agency/store";
import { log } from "../log";
import { mailer } from "../mail/mailer";
import { alertsOf, withoutOvertaken } from "./crossing";
import { writeLetter } from "./letter";
import { claimAlerts, forgetAlerts, listNearLimits, markSent, wasTriedAfter } from "./store";

/** After a mail, what comes next is gathered for so long. It is also how long an instance has for sending what it has taken. */
const pauseMs = 10 * 60_000;
/** With the pause, the mail server may be away for half a day. */
const mostTries = 72;
/** Longer than the longest window, in any time zone. */
const forgottenAfterMs = 62 * 86_400_000;

/**
 * Tells the agency by one mail of the limits that have come near or are used up since the last one, if it wants to be told and
 * mail is set up; of those that are so at that time. Of several instances one sends it. At least once: a mail that the server
 * does not take is tried again after the pause, with what has come since, and so is one whose process is killed before it
 * could note that it was taken. That one comes again under the same message id, if nothing has come since.
 */
export async function sendAlerts(now: Date): Promise<void> {
  const post = mailer();
  if (post === null) return;
  const { alertRecipients: to, currency } = await getSettings();
  const triedUntil = new Date(now.getTime() - pauseMs);
  if (to.length === 0 || (await wasTriedAfter(triedUntil))) return;

  const crossed = alertsOf(await listNearLimits(now), now);
  const alerts = await claimAlerts(crossed, { now, triedUntil, mostTries });
  if (alerts.length === 0) return;
  try {
    await post.send({ to, ...writeLetter({ alerts: withoutOvertaken(alerts), currency, publicUrl: post.publicUrl }) });
  } catch (error) {
    log().warn({ reason: (error as Error).message, alerts: alerts.length }, "alerts could not be mailed");
    return;
  }
  await markSent(alerts, now);
  await forgetAlerts(new Date(now.getTime() - forgottenAfterMs));
}
