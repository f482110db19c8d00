import type { NextConfig } from "next";
import { commonHeaders, dataPolicy } from "./lib/http/security-headers";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  headers: async () => [
    { source: "/((?!api/proxy(?:/|$)).*)", headers: listOf(commonHeaders) },
    { source: "/api/((?!proxy(?:/|$)).*)", headers: listOf({ "content-security-policy": dataPolicy }) },
  ],
  // `npm run check` checks types. A customer's first start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@node-rs/argon2",
    "@zxcvbn-ts/language-common",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/exporter-trace-otlp-http",
    "nodemailer",
    "pg",
    "pino",
    "prom-client",
    "undici",
    "@prisma/client",
    "@prisma/adapter-pg",
    "gpt-tokenizer",
  ],
};

function listOf(headers: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(headers).map(([key, value]) => ({ key, value }));
}

export default config;
