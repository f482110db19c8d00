import { type AgencySettings, settingsOf } from "../agency/schema";
import { pool } from "../db/client";
import { env } from "../env";
import { AppError } from "../errors";
import { log } from "../log";
import { processSingleton } from "../process-singleton";
import { decryptCredential } from "./credential";
import type { DialectName, Upstream } from "./types";
import type { Vendor } from "./vendors";

/** That there is no such provider is believed from memory this long. */
const badNewsMs = 1_000;

type ProviderRow = {
  id: string;
  slug: string;
  vendor: Vendor;
  dialect: DialectName;
  base_url: string;
  credential: string;
  is_default: boolean;
};

/** The providers and settings as they were at one version of the agency. Admission tells the version it saw. */
class UpstreamDirectory {
  private upstreams: Map<string, Upstream> = new Map();
  private agencySettings = settingsOf(null);
  private default: Upstream | null = null;
  private version: number | null = null;
  private readAt = 0;
  private reading: Promise<void> | null = null;

  /** The provider of this slug, or for null the default one, as far as it is known without asking. */
  known(slug: string | null): Upstream | null {
    return this.version === null ? null : this.lookUp(slug);
  }

  /** Likewise, as it is at this version of the agency or later. */
  knownAt(agencyVersion: number, slug: string | null): Upstream | null {
    return (this.version ?? 0) < agencyVersion ? null : this.lookUp(slug);
  }

  /** The provider of this slug, or for null the default one; null when there is none. */
  async find(slug: string | null): Promise<Upstream | null> {
    if (this.version === null) await this.read();
    const found = this.lookUp(slug);
    if (found || Date.now() - this.readAt < badNewsMs) return found;

    await this.read();
    return this.lookUp(slug);
  }

  /** The provider as it is at this version of the agency or later, read anew where what is known is older. */
  async findAt(agencyVersion: number, slug: string | null): Promise<Upstream | null> {
    // A reading that had begun before that version was there may tell of an older one.
    for (let reads = 0; reads < 2 && (this.version ?? 0) < agencyVersion; reads++) await this.read();
    return this.lookUp(slug);
  }

  /** The agency's settings as they were when its providers were read last. */
  get settings(): AgencySettings {
    return this.agencySettings;
  }

  private lookUp(slug: string | null): Upstream | null {
    return (slug === null ? this.default : this.upstreams.get(slug)) ?? null;
  }

  private read(): Promise<void> {
    this.reading ??= this.load().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** @throws AppError `unavailable` when the database cannot be asked. */
  private async load(): Promise<void> {
    const { rows } = await pool()
      .query<{ version: number | null; settings: unknown; providers: ProviderRow[] | null }>(
        `select (select version from agency) as version, (select settings from agency) as settings,
          (select json_agg(p) from provider p) as providers`,
      )
      .catch((cause: unknown) => {
        throw new AppError("unavailable", "The providers cannot be looked up at the moment. Try again shortly.", {
          cause,
          retryAfterSeconds: 2,
        });
      });
    const [row] = rows;
    this.upstreams = new Map((row?.providers ?? []).map((provider) => [provider.slug, upstreamOf(provider)]));
    this.agencySettings = settingsOf(row?.settings);
    this.default = [...this.upstreams.values()].find(({ isDefault }) => isDefault) ?? null;
    this.version = row?.version ?? null;
    this.readAt = Date.now();
  }
}

export function upstreamDirectory(): UpstreamDirectory {
  return processSingleton("providers.upstreams", () => new UpstreamDirectory());
}

function upstreamOf({ id, slug, vendor, dialect, base_url, credential, is_default }: ProviderRow): Upstream {
  const { origin, pathname } = new URL(base_url);
  return {
    id,
    slug,
    vendor,
    dialect,
    origin,
    prefix: pathname.replace(/\/+$/, ""),
    credential: readCredential({ slug, credential }),
    isDefault: is_default,
  };
}

/** One provider whose credential was encrypted with a lost key must not stop the calls to the others. */
function readCredential({ slug, credential }: Pick<ProviderRow, "slug" | "credential">): string | null {
  try {
    return decryptCredential(credential, env().ENCRYPTION_KEY);
  } catch (error) {
    log().error({ err: error, provider: slug }, "a credential cannot be decrypted with ENCRYPTION_KEY; enter it again");
    return null;
  }
}
