import { clientSeeds } from "@/prisma/seed/clients";
import { seedPassword, staffSeeds } from "@/prisma/seed/installation";

const shownClients = ["Zephyra", "Pampa Seguros", "Nordlicht Reisen"];

/** Where to look, and how to sign in. */
export function announce({ url, report }: { url: string; report(line: string): void }): void {
  const staff = staffSeeds.map(({ email, role }) => [email, `staff, ${role}`]);
  const clients = clientSeeds
    .filter(({ name }) => shownClients.includes(name))
    .flatMap(({ name, users }) => users.slice(0, 1).map(({ email }) => [email, `client, ${name}`]));
  const rows = [...staff, ...clients];
  const width = Math.max(...rows.map(([email = ""]) => email.length));

  report("");
  report(`The demo is ready: ${url}`);
  report("Its data is invented, its providers are mocked, and its password is public: let nobody else reach it.");
  report("");
  for (const [email = "", who] of rows) report(`  ${email.padEnd(width)}  ${who}`);
  report(`  Password of all: ${seedPassword}`);
  report("");
  report("Apps of the clients are calling the gateway. Ctrl-C stops everything; the data stays for the next demo.");
}
