import type pg from "pg";
import { type EncryptionKeys, encryptCredential, readCredential } from "./credential";

export type Reencryption = {
  reencrypted: number;
  /** The slugs of providers whose credential neither key can read; they stay as they are. */
  unreadable: string[];
};

type Row = { id: string; slug: string; credential: string };

/**
 * Encrypts every credential anew with the present key, all in one transaction. Instances read them again at their next call,
 * and must know the present key by then.
 */
export async function reencryptCredentials(client: pg.ClientBase, keys: EncryptionKeys): Promise<Reencryption> {
  await client.query("begin");
  try {
    const { rows } = await client.query<Row>("select id, slug, credential from provider order by slug for update");
    const unreadable: string[] = [];
    for (const { id, slug, credential } of rows) {
      const text = readOrNull(credential, keys);
      if (text === null) unreadable.push(slug);
      else {
        const encrypted = encryptCredential(text, keys.ENCRYPTION_KEY);
        await client.query("update provider set credential = $2 where id = $1", [id, encrypted]);
      }
    }
    await reencryptSecondSteps(client, keys);
    await reencryptAnswers(client, keys);
    await client.query("update agency set version = version + 1");
    await client.query("commit");
    return { reencrypted: rows.length - unreadable.length, unreadable };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** What the second steps of sign-ins are reckoned from. One that neither key can read must be set up anew. */
async function reencryptSecondSteps(client: pg.ClientBase, keys: EncryptionKeys): Promise<void> {
  const { rows } = await client.query<{ id: string; secret: string }>(
    `select id, totp_secret as secret from "user" where totp_secret is not null order by id for update`,
  );
  for (const { id, secret } of rows) {
    const text = readOrNull(secret, keys);
    if (text === null) continue;
    const encrypted = encryptCredential(text, keys.ENCRYPTION_KEY);
    await client.query(`update "user" set totp_secret = $2 where id = $1`, [id, encrypted]);
  }
}

/** What is repeated to a script that asks again. What neither key can read will not be repeated. */
async function reencryptAnswers(client: pg.ClientBase, keys: EncryptionKeys): Promise<void> {
  const { rows } = await client.query<{ name: string; answer: string }>(
    "select name, answer from idempotent_answer where answer is not null order by name for update",
  );
  for (const { name, answer } of rows) {
    const text = readOrNull(answer, keys);
    if (text === null) continue;
    const encrypted = encryptCredential(text, keys.ENCRYPTION_KEY);
    await client.query("update idempotent_answer set answer = $2 where name = $1", [name, encrypted]);
  }
}

function readOrNull(credential: string, keys: EncryptionKeys): string | null {
  try {
    return readCredential(credential, keys);
  } catch {
    return null;
  }
}
