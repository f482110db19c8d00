/**
 * The time that this process's threads have computed while this ran: work counts, and not how long it had to wait for a
 * processor that others kept busy.
 */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
