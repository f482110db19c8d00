import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { hashPassword } from "@/lib/auth/password";
import { password } from "./console";

/** A client's user, who signs in with the password of all. Gives the user's id. */
export async function addMember(
  database: { url: string },
  { email, name, tenantId, role }: { email: string; name: string; tenantId: string; role: "member" | "manager" },
): Promise<string> {
  const id = uuidv7();
  const columns = '"user" (id, email, name, password_hash)';
  const user = [id, email, name, await hashPassword(password)];
  await execute(database, `insert into ${columns} values ($1, $2, $3, $4)`, user);
  await execute(database, "insert into membership (user_id, tenant_id, role) values ($1, $2, $3)", [
    id,
    tenantId,
    role,
  ]);
  return id;
}

export async function execute({ url }: { url: string }, sql: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql, values);
  } finally {
    await client.end();
  }
}
