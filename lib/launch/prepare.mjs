// Plain JavaScript that needs nothing but Node 20.9: it runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { areInstalled } from "./installed-packages.mjs";
import { PrepareError } from "./prepare-error.mjs";
import { underLock } from "./prepare-lock.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Node 24, from the npm package `node`. */
export const node = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

const oldestNode = [20, 9];
const progressEveryMs = 10_000;

/** The server in one file: without a compiler in between, calls pass a fifth faster than from its sources. */
export const serverBundle = join(root, ".next/server.mjs");

/**
 * How Node is given the server. What a call needs is soon of no use: with this much room (MB) for what is new, most of it has
 * gone before it is looked through. V8 begins with a fraction of it and shrinks back, and calls wait 5 % longer.
 */
export const serverArguments = [
  "--enable-source-maps",
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  serverBundle,
];

/** What the pages are built from; the rest of the project can change without a new build. */
const builtFrom = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "next.config.ts",
  "proxy.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];
const notBuilt = ["launch", "demo", "db/generated"].map((path) => join("lib", path));

/**
 * Brings a checkout to the point where it can run: packages, the database client and, if `build`, the pages. Each is made
 * only when what it is made from has changed. Progress goes to standard error.
 */
export async function prepare({ build }) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new PrepareError(`Node ${oldestNode.join(".")} or later is needed; this is ${process.versions.node}.`);

  const place = createHash("sha256").update(root).digest("hex").slice(0, 16);
  await underLock(join(tmpdir(), `sluice-prepare-${place}`), async () => {
    if (!(await isInstalled())) await install();

    const schema = await hashOf(["prisma/schema.prisma", "package-lock.json"]);
    await makeIfChanged({
      stamp: "lib/db/generated/.sluice-schema",
      hash: schema,
      needs: join(root, "lib/db/generated/client.ts"),
      make: generate,
    });

    if (!build) return;
    const sources = await hashOf(builtFrom);
    await makeIfChanged({
      stamp: ".next/sluice-sources",
      hash: sources,
      needs: join(root, ".next/BUILD_ID"),
      make: buildPages,
    });
    await bundleServer();
  });
}

async function isInstalled() {
  if (!existsSync(node)) return false;
  const [wanted, found] = await Promise.all([
    readPackages("package-lock.json"),
    readPackages("node_modules/.package-lock.json"),
  ]);
  return areInstalled({ wanted, found, isThere: (folder) => existsSync(join(root, folder)) });
}

async function readPackages(path) {
  const text = await readFile(join(root, path), "utf8").catch(() => "{}");
  return JSON.parse(text).packages ?? {};
}

async function install() {
  const [program, ...options] = npmCommand();
  await step(
    "Installing the packages",
    program,
    [...options, "install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      // Prisma would download an engine that is not used here.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  );
}

async function generate() {
  await step("Generating the database client", node, [
    "node_modules/prisma/build/index.js",
    "generate",
    "--config",
    "prisma/prisma.config.ts",
  ]);
}

async function buildPages() {
  await step("Building the pages", node, ["node_modules/next/dist/bin/next", "build"], { NODE_ENV: "production" });
}

/** Takes a few hundredths of a second, so it is done at every start. Another server may be loading the one that is there. */
async function bundleServer() {
  const { build, stop } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["server.ts"],
    outfile: serverBundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    sourcemap: true,
    write: false,
    logLevel: "warning",
  });
  for (const { path, contents } of outputFiles) {
    await writeFile(`${path}.new`, contents);
    await rename(`${path}.new`, path);
  }
  // Its process would stay as long as the server.
  await stop();
}

async function makeIfChanged({ stamp, hash, needs, make }) {
  const path = join(root, stamp);
  const made = await readFile(path, "utf8").catch(() => "");
  if (made === hash && existsSync(needs)) return;

  await rm(path, { force: true });
  await make();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, hash);
}

/** Runs one long step: says what it does, and every ten seconds that it is still at it. Its output is shown only if it fails. */
async function step(title, program, options, variables = {}) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.error(`${title} …`);
  const progress = setInterval(() => console.error(`${title}: ${seconds()} s …`), progressEveryMs);

  const output = [];
  const child = spawn(program, options, {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", PATH: systemPath(), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32" && program.endsWith(".cmd"),
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  try {
    const code = await new Promise((fulfil, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => fulfil(exitCode ?? signal));
    });
    if (code === 0) return console.error(`${title}: done in ${seconds()} s.`);
    process.stderr.write(Buffer.concat(output));
    throw new PrepareError(`${title} failed (${code}); what it said stands above.`);
  } catch (error) {
    if (error instanceof PrepareError) throw error;
    throw new PrepareError(`${title} failed: ${program} could not be run (${error.code ?? error.message}).`);
  } finally {
    clearInterval(progress);
  }
}

function npmCommand() {
  // Set by npm for its scripts: the npm with which we were started.
  const cli = process.env.npm_execpath;
  if (cli?.endsWith("npm-cli.js") && existsSync(cli))
    return [process.platform === "win32" ? process.execPath : "node", cli];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** The search path without our own Node, which npm replaces while it installs. */
function systemPath() {
  const directories = (process.env.PATH ?? "").split(delimiter);
  const others = directories.filter((directory) => !directory.startsWith(join(root, "node_modules")));
  return others.join(delimiter);
}

async function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) await addToHash(hash, path);
  return hash.digest("hex");
}

async function addToHash(hash, path) {
  if (notBuilt.includes(path)) return;
  const full = join(root, path);
  const entry = await stat(full).catch(() => null);
  if (entry === null) return;
  if (entry.isDirectory()) {
    for (const name of (await readdir(full)).sort()) await addToHash(hash, join(path, name));
    return;
  }
  const content = await readFile(full);
  hash.update(`${path}\n${content.length}\n`).update(content);
}
