import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["@node-rs/argon2", "pg", "pino", "undici", "@prisma/client", "@prisma/adapter-pg", "gpt-tokenizer"],
};

export default config;
