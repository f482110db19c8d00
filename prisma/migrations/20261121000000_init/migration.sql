-- CreateEnum
CREATE TYPE "staff_role" AS ENUM ('owner', 'admin', 'viewer');

-- CreateEnum
CREATE TYPE "member_role" AS ENUM ('manager', 'member');

-- CreateEnum
CREATE TYPE "admin_token_scope" AS ENUM ('read', 'write');

-- CreateEnum
CREATE TYPE "tenant_status" AS ENUM ('active', 'suspended');

-- CreateEnum
CREATE TYPE "key_kind" AS ENUM ('standard', 'legacy');

-- CreateEnum
CREATE TYPE "dialect" AS ENUM ('openai', 'anthropic', 'gemini');

-- CreateEnum
CREATE TYPE "usage_source" AS ENUM ('apikey', 'web', 'legacy');

-- CreateEnum
CREATE TYPE "usage_state" AS ENUM ('admitted', 'settled', 'failed', 'abandoned');

-- CreateEnum
CREATE TYPE "unpriced_policy" AS ENUM ('refuse', 'pass');

-- CreateTable
CREATE TABLE "agency" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "settings" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agency_logo" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "media_type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "agency_logo_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "staff_role" "staff_role",
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "oidc_subject" TEXT,
    "totp_secret" TEXT,
    "totp_enabled_at" TIMESTAMPTZ(3),
    "totp_last_step" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recovery_code" (
    "code_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "password_link" (
    "token_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "password_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "admin_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "scope" "admin_token_scope" NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,

    CONSTRAINT "admin_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "user_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "role" "member_role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("user_id","tenant_id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "subject" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "idempotent_answer" (
    "name" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "status" INTEGER,
    "answer" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotent_answer_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "tenant_status" NOT NULL DEFAULT 'active',
    "time_zone" TEXT NOT NULL,
    "daily_token_limit" BIGINT,
    "daily_token_limit_reason" TEXT,
    "daily_token_limit_expires_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "fee_cents" INTEGER NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "daily_token_limit" BIGINT,
    "monthly_token_limit" BIGINT,
    "daily_request_limit" BIGINT,
    "monthly_request_limit" BIGINT,
    "requests_per_minute" INTEGER,
    "monthly_cost_limit_micro_usd" BIGINT,
    "near_limit_percent" INTEGER NOT NULL DEFAULT 80,
    "allowed_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "strict" BOOLEAN NOT NULL DEFAULT false,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "default_output_tokens" INTEGER NOT NULL DEFAULT 1024,
    "unpriced_policy" "unpriced_policy",
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "kind" "key_kind" NOT NULL DEFAULT 'standard',
    "secret_hash" BYTEA NOT NULL,
    "previous_secret_hash" BYTEA,
    "previous_secret_expires_at" TIMESTAMPTZ(3),
    "previous_prefix" TEXT,
    "rotated_at" TIMESTAMPTZ(3),
    "previous_secret_calls" INTEGER NOT NULL DEFAULT 0,
    "previous_secret_used_at" TIMESTAMPTZ(3),
    "daily_request_limit" BIGINT,
    "monthly_request_limit" BIGINT,
    "daily_token_limit" BIGINT,
    "monthly_token_limit" BIGINT,
    "requests_per_minute" INTEGER,
    "concurrency" INTEGER,
    "allowed_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "quota_status" INTEGER NOT NULL DEFAULT 429,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,
    "last_used_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "dialect" "dialect" NOT NULL,
    "base_url" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_price" (
    "id" UUID NOT NULL,
    "provider_id" UUID NOT NULL,
    "model_pattern" TEXT NOT NULL,
    "input_micro_usd" BIGINT NOT NULL,
    "cached_input_micro_usd" BIGINT,
    "cache_write_micro_usd" BIGINT,
    "output_micro_usd" BIGINT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_price_pkey" PRIMARY KEY ("id")
);

-- CreateTable: Prisma cannot say it, but the ledger is partitioned by the month of admission.
CREATE TABLE "usage_record" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "admitted_at" TIMESTAMPTZ(3) NOT NULL,
    "api_key_id" UUID,
    "api_key_name" TEXT,
    "user_id" UUID,
    "user_name" TEXT,
    "source" "usage_source" NOT NULL,
    "provider" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "model" TEXT,
    "answered_model" TEXT,
    "state" "usage_state" NOT NULL,
    "http_status" INTEGER,
    "stream" BOOLEAN NOT NULL,
    "reserved_tokens" BIGINT NOT NULL,
    "reserved_cost" BIGINT NOT NULL,
    "reserved_input" BIGINT NOT NULL,
    "input_tokens" BIGINT,
    "cached_input_tokens" BIGINT,
    "cache_write_tokens" BIGINT,
    "output_tokens" BIGINT,
    "reasoning_tokens" BIGINT,
    "total_tokens" BIGINT,
    "estimated" BOOLEAN NOT NULL DEFAULT false,
    "cost_micro_usd" BIGINT,
    "latency_ms" INTEGER,
    "first_byte_ms" INTEGER,
    "settled_at" TIMESTAMPTZ(3),
    "instance_id" UUID NOT NULL,
    "hour_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "day_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "month_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "local_date" DATE NOT NULL,

    CONSTRAINT "usage_record_pkey" PRIMARY KEY ("tenant_id","admitted_at","id")
) PARTITION BY RANGE ("admitted_at");

-- CreateTable
CREATE TABLE "ledger_retention" (
    "tenant_id" UUID NOT NULL,
    "months" INTEGER,
    "purged_before" TIMESTAMPTZ(3),

    CONSTRAINT "ledger_retention_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "usage_adjustment" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "api_key_id" UUID,
    "source" "usage_source" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL,
    "tokens" BIGINT NOT NULL,
    "cost_micro_usd" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "author_id" TEXT,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "hour_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "local_date" DATE NOT NULL,

    CONSTRAINT "usage_adjustment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quota_counter" (
    "tenant_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "day_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "day_ends_at" TIMESTAMPTZ(3) NOT NULL,
    "month_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "month_ends_at" TIMESTAMPTZ(3) NOT NULL,
    "day_requests_used" BIGINT NOT NULL DEFAULT 0,
    "day_requests_reserved" BIGINT NOT NULL DEFAULT 0,
    "day_tokens_used" BIGINT NOT NULL DEFAULT 0,
    "day_tokens_reserved" BIGINT NOT NULL DEFAULT 0,
    "day_cost_used" BIGINT NOT NULL DEFAULT 0,
    "day_cost_reserved" BIGINT NOT NULL DEFAULT 0,
    "month_requests_used" BIGINT NOT NULL DEFAULT 0,
    "month_requests_reserved" BIGINT NOT NULL DEFAULT 0,
    "month_tokens_used" BIGINT NOT NULL DEFAULT 0,
    "month_tokens_reserved" BIGINT NOT NULL DEFAULT 0,
    "month_cost_used" BIGINT NOT NULL DEFAULT 0,
    "month_cost_reserved" BIGINT NOT NULL DEFAULT 0,
    "minute_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "minute_calls" INTEGER NOT NULL DEFAULT 0,
    "previous_minute_calls" INTEGER NOT NULL DEFAULT 0,
    "in_flight" INTEGER NOT NULL DEFAULT 0,
    "counted_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "quota_counter_pkey" PRIMARY KEY ("tenant_id","subject_id")
);

-- CreateTable
CREATE TABLE "quota_alert" (
    "tenant_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "metric" TEXT NOT NULL,
    "window" TEXT NOT NULL,
    "window_date" DATE NOT NULL,
    "threshold" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "tried_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "quota_alert_pkey" PRIMARY KEY ("tenant_id","subject_id","metric","window","window_date","threshold")
);

-- CreateTable
CREATE TABLE "usage_hourly" (
    "tenant_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "source" "usage_source" NOT NULL,
    "actor_id" UUID NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,
    "blocked" BIGINT NOT NULL DEFAULT 0,
    "free" BIGINT NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cached_input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cache_write_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "reasoning_tokens" BIGINT NOT NULL DEFAULT 0,
    "total_tokens" BIGINT NOT NULL DEFAULT 0,
    "cost_micro_usd" BIGINT NOT NULL DEFAULT 0,
    "unpriced" BIGINT NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "usage_hourly_pkey" PRIMARY KEY ("tenant_id","starts_at","source","actor_id")
);

-- CreateTable
CREATE TABLE "usage_daily" (
    "tenant_id" UUID NOT NULL,
    "local_date" DATE NOT NULL,
    "source" "usage_source" NOT NULL,
    "actor_id" UUID NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,
    "blocked" BIGINT NOT NULL DEFAULT 0,
    "free" BIGINT NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cached_input_tokens" BIGINT NOT NULL DEFAULT 0,
    "cache_write_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "reasoning_tokens" BIGINT NOT NULL DEFAULT 0,
    "total_tokens" BIGINT NOT NULL DEFAULT 0,
    "cost_micro_usd" BIGINT NOT NULL DEFAULT 0,
    "unpriced" BIGINT NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "usage_daily_pkey" PRIMARY KEY ("tenant_id","local_date","source","actor_id")
);

-- CreateTable
CREATE TABLE "refusal_hourly" (
    "tenant_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "source" "usage_source" NOT NULL,
    "actor_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "refusals" BIGINT NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "unbroken_since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "refusal_hourly_pkey" PRIMARY KEY ("tenant_id","starts_at","source","actor_id","reason")
);

-- CreateTable
CREATE TABLE "instance" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL,
    "oldest_open_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "tenant_id" UUID,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "idempotent_answer_expires_at_idx" ON "idempotent_answer"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_oidc_subject_key" ON "user"("oidc_subject");

-- CreateIndex
CREATE INDEX "recovery_code_user_id_idx" ON "recovery_code"("user_id");

-- CreateIndex
CREATE INDEX "password_link_user_id_idx" ON "password_link"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "admin_token_token_hash_key" ON "admin_token"("token_hash");

-- CreateIndex
CREATE INDEX "membership_tenant_id_idx" ON "membership"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "plan_name_key" ON "plan"("name");

-- CreateIndex
CREATE INDEX "subscription_tenant_id_starts_at_idx" ON "subscription"("tenant_id", "starts_at");

-- CreateIndex
CREATE INDEX "subscription_plan_id_idx" ON "subscription"("plan_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_secret_hash_key" ON "api_key"("secret_hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_previous_secret_hash_key" ON "api_key"("previous_secret_hash");

-- CreateIndex
CREATE INDEX "api_key_tenant_id_idx" ON "api_key"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_slug_key" ON "provider"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "model_price_provider_id_model_pattern_valid_from_key" ON "model_price"("provider_id", "model_pattern", "valid_from");

-- CreateIndex
CREATE INDEX "usage_record_admitted_at_id_idx" ON "usage_record"("admitted_at", "id");

-- CreateIndex
CREATE INDEX "usage_adjustment_tenant_id_at_idx" ON "usage_adjustment"("tenant_id", "at");

-- CreateIndex
CREATE INDEX "quota_alert_tried_at_idx" ON "quota_alert"("tried_at");

-- CreateIndex
CREATE INDEX "usage_hourly_starts_at_idx" ON "usage_hourly"("starts_at");

-- CreateIndex
CREATE INDEX "usage_daily_local_date_idx" ON "usage_daily"("local_date");

-- CreateIndex
CREATE INDEX "refusal_hourly_starts_at_idx" ON "refusal_hourly"("starts_at");

-- CreateIndex
CREATE INDEX "audit_event_target_id_idx" ON "audit_event"("target", "id");

-- CreateIndex
CREATE INDEX "audit_event_tenant_id_id_idx" ON "audit_event"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_link" ADD CONSTRAINT "password_link_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_price" ADD CONSTRAINT "model_price_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_retention" ADD CONSTRAINT "ledger_retention_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quota_alert" ADD CONSTRAINT "quota_alert_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
