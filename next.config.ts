import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` checks types. A customer's first start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@node-rs/argon2",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/exporter-trace-otlp-http",
    "pg",
    "pino",
    "prom-client",
    "undici",
    "@prisma/client",
    "@prisma/adapter-pg",
    "gpt-tokenizer",
  ],
};

export default config;
