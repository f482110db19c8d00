type Registry = Map<string, unknown>;

const symbol = Symbol.for("sluice.process");

/**
 * What must exist once per process (pools, the batch, the queue). Next bundles its own copy of `lib/`, so a module
 * variable would exist twice beside the fast lane; everything hangs on one `globalThis` symbol instead.
 */
export function processSingleton<T>(name: string, create: () => T): T {
  const holder = globalThis as { [symbol]?: Registry };
  holder[symbol] ??= new Map();
  const registry = holder[symbol];
  if (!registry.has(name)) registry.set(name, create());
  return registry.get(name) as T;
}
