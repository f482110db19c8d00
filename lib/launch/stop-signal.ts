export const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ctrl-C arrives several times at once: from the terminal, from npm and from the launcher. */
const sameKeystrokeMs = 1_000;

/** Resolves when the process is asked to stop. Asked once more, it ends at once. */
export function stopSignal(report: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = () => {
      const now = performance.now();
      askedAt ??= now;
      if (askedAt === now) return resolve();
      if (now - askedAt < sameKeystrokeMs) return;
      report("Stopped without waiting.");
      process.exit(1);
    };
    for (const signal of signals) process.on(signal, ask);
    // The launcher is gone without a word.
    if (process.connected) process.once("disconnect", resolve);
  });
}
