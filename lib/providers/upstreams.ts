import { setTimeout as pause } from "node:timers/promises";
import type { QueryResultRow } from "pg";
import { settingsOf } from "../agency/schema";
import { callPool } from "../db/client";
import { encryptionKeys } from "../encryption-keys";
import { AppError } from "../errors";
import { log } from "../log";
import { type OwnPrice, PriceList } from "../metering/price-list";
import { processSingleton } from "../process-singleton";
import { readCredential } from "./credential";
import type { DialectName, Upstream } from "./types";
import type { Vendor } from "./vendors";

/** So often at most is asked for providers that are not there: whoever does so has shown no key yet. */
const restMs = 20;

type ProviderRow = {
  id: string;
  slug: string;
  vendor: Vendor;
  dialect: DialectName;
  base_url: string;
  credential: string;
  is_default: boolean;
  prices: PriceRow[] | null;
};

type PriceRow = {
  model_pattern: string;
  input_micro_usd: number;
  cached_input_micro_usd: number | null;
  cache_write_micro_usd: number | null;
  output_micro_usd: number;
  valid_from: string;
  valid_to: string | null;
};

/** What belongs to one version of the agency, in one statement. */
const directorySql = `select (select version from agency) as version, (select settings from agency) as settings,
  (select json_agg(to_jsonb(p) || jsonb_build_object('prices',
    (select jsonb_agg(m) from model_price m where m.provider_id = p.id))) from provider p) as providers`;

/** The providers, prices and settings as they were at one version of the agency. Admission tells the version it saw. */
class UpstreamDirectory {
  private upstreams: Map<string, Upstream> = new Map();
  private default: Upstream | null = null;
  private version: number | null = null;
  private readAt = 0;
  private reading: Promise<void> | null = null;
  /** Until its question to the database goes out, others may wait for it too. */
  private catchingUp: Promise<void> | null = null;
  private asking: Promise<void> = Promise.resolve();
  private caughtUpAt = 0;

  /** The provider of this slug, or for null the default one, as far as it is known without asking. */
  known(slug: string | null): Upstream | null {
    return this.version === null ? null : this.lookUp(slug);
  }

  /** Likewise, as it is at this version of the agency or later. */
  knownAt(agencyVersion: number, slug: string | null): Upstream | null {
    return (this.version ?? 0) < agencyVersion ? null : this.lookUp(slug);
  }

  /**
   * The provider of this slug, or for null the default one; null when there is none. That is never told from memory: another
   * instance may have made it a moment ago.
   */
  async find(slug: string | null): Promise<Upstream | null> {
    if (this.version === null) await this.read();
    const found = this.lookUp(slug);
    if (found) return found;

    await this.catchUp();
    return this.lookUp(slug);
  }

  /** The provider as it is at this version of the agency or later, read anew where what is known is older. */
  async findAt(agencyVersion: number, slug: string | null): Promise<Upstream | null> {
    // A reading that had begun before that version was there may tell of an older one.
    for (let reads = 0; reads < 2 && (this.version ?? 0) < agencyVersion; reads++) await this.read();
    return this.lookUp(slug);
  }

  /** The provider read anew, unless that was done within the last moments and `olderThanMs` says that this is enough. */
  async reload(slug: string, { olderThanMs }: { olderThanMs: number }): Promise<Upstream | null> {
    if (Date.now() - this.readAt >= olderThanMs) await this.read();
    return this.lookUp(slug);
  }

  /** To be called after a change: what was refused may pass now. */
  forget(): void {
    this.readAt = 0;
  }

  private lookUp(slug: string | null): Upstream | null {
    return (slug === null ? this.default : this.upstreams.get(slug)) ?? null;
  }

  /** Reads anew if anything has changed until now; all who ask meanwhile share it. */
  private catchUp(): Promise<void> {
    this.catchingUp ??= this.rest().then(() => {
      this.catchingUp = null;
      this.asking = this.readIfChanged();
      return this.asking;
    });
    return this.catchingUp;
  }

  private async readIfChanged(): Promise<void> {
    const [row] = await ask<{ version: number }>("select version from agency");
    // A reading that had begun before that version was there may tell of an older one.
    for (let reads = 0; reads < 2 && (this.version ?? -1) < (row?.version ?? 0); reads++) await this.read();
  }

  /** Until no question is on its way, no reading has begun already, and it was not asked for a while. */
  private async rest(): Promise<void> {
    await this.asking.catch(() => {});
    const sinceLastMs = Date.now() - this.caughtUpAt;
    if (sinceLastMs >= 0 && sinceLastMs < restMs) await pause(restMs - sinceLastMs);
    while (this.reading) await this.reading.catch(() => {});
    this.caughtUpAt = Date.now();
  }

  private read(): Promise<void> {
    this.reading ??= this.load().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async load(): Promise<void> {
    const [row] = await ask<{ version: number | null; settings: unknown; providers: ProviderRow[] | null }>(
      directorySql,
    );
    const agency = { version: row?.version ?? 0, settings: settingsOf(row?.settings) };
    this.upstreams = new Map((row?.providers ?? []).map((provider) => [provider.slug, upstreamOf(provider, agency)]));
    this.default = [...this.upstreams.values()].find(({ isDefault }) => isDefault) ?? null;
    this.version = row?.version ?? null;
    this.readAt = Date.now();
  }
}

/** @throws AppError `unavailable` when the database cannot be asked. */
async function ask<Row extends QueryResultRow>(sql: string): Promise<Row[]> {
  try {
    return (await callPool().query<Row>(sql)).rows;
  } catch (cause) {
    throw new AppError("unavailable", "The providers cannot be looked up at the moment. Try again shortly.", {
      cause,
      retryAfterSeconds: 2,
    });
  }
}

export function upstreamDirectory(): UpstreamDirectory {
  return processSingleton("providers.upstreams", () => new UpstreamDirectory());
}

function upstreamOf(
  { id, slug, vendor, dialect, base_url, credential, is_default, prices }: ProviderRow,
  agency: Upstream["agency"],
): Upstream {
  const { origin, pathname } = new URL(base_url);
  return {
    id,
    slug,
    vendor,
    dialect,
    origin,
    prefix: pathname.replace(/\/+$/, ""),
    credential: credentialOf({ slug, credential }),
    isDefault: is_default,
    prices: new PriceList((prices ?? []).map(priceOf)),
    agency,
  };
}

function priceOf(row: PriceRow): OwnPrice {
  return {
    modelPattern: row.model_pattern,
    inputMicroUsd: row.input_micro_usd,
    cachedInputMicroUsd: row.cached_input_micro_usd,
    cacheWriteMicroUsd: row.cache_write_micro_usd,
    outputMicroUsd: row.output_micro_usd,
    validFrom: new Date(row.valid_from),
    validTo: row.valid_to === null ? null : new Date(row.valid_to),
  };
}

/** One provider whose credential was encrypted with a lost key must not stop the calls to the others. */
function credentialOf({ slug, credential }: Pick<ProviderRow, "slug" | "credential">): string | null {
  try {
    return readCredential(credential, encryptionKeys());
  } catch (error) {
    log().error({ err: error, provider: slug }, "a credential cannot be decrypted with ENCRYPTION_KEY; enter it again");
    return null;
  }
}
