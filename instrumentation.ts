/** Next calls this once when it begins to serve, whoever has started it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { guardServers } = await import("./lib/launch/guarded-servers");
  guardServers();
}
