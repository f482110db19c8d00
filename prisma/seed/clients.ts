import type { ModelName } from "./models";
import type { PlanName } from "./plans";

/** When people use what the client has built: at work, in shops and at home, or around the clock. */
export type Rhythm = "office" | "shop" | "always";

export type KeySeed = {
  name: string;
  /** How many of the client's calls come with it. */
  weight: number;
  models: { name: ModelName; weight: number }[];
  limits?: {
    dailyRequestLimit?: number;
    dailyTokenLimit?: number;
    monthlyTokenLimit?: number;
    requestsPerMinute?: number;
    concurrency?: number;
  };
  /** A key from before: a secret that the client's app already used. */
  legacySecret?: string;
  createdDaysAgo?: number;
  revokedDaysAgo?: number;
  rotatedDaysAgo?: number;
};

export type ClientSeed = {
  name: string;
  /** Where the name's own letters make none. */
  slug?: string;
  timeZone: string;
  plan: PlanName;
  joinedDaysAgo: number;
  /** Calls on a usual working day, now; there were fewer in the beginning. */
  callsPerDay: number;
  rhythm: Rhythm;
  keys: KeySeed[];
  users: {
    name: string;
    email: string;
    role: "manager" | "member" /** Plays in the playground this often. */;
    weight: number;
  }[];
  /** How much of the daily token limit is used up by now, where that is to be so. */
  usedToday?: number;
  lastCallDaysAgo?: number;
  suspendedDaysAgo?: number;
  override?: { dailyTokenLimit: number; reason: string; setDaysAgo: number; expiresInDays: number };
  /** An app of it that calls on and on, whatever it is answered: so many refused calls an hour, for so many days by now. */
  abuse?: { refusedAnHour: number; forDays: number };
  /** How much of the live traffic it makes. */
  liveWeight: number;
};

const chatbot = [
  { name: "gpt-4o-mini", weight: 7 },
  { name: "gpt-4.1-mini", weight: 3 },
] as const;
const search = [{ name: "text-embedding-3-small", weight: 1 }] as const;
const writing = [
  { name: "gpt-4.1", weight: 3 },
  { name: "gpt-5-mini", weight: 4 },
] as const;
const european = [
  { name: "mistral-small-latest", weight: 5 },
  { name: "mistral-large-latest", weight: 2 },
] as const;

/** Invented companies, each of which shows something. */
export const clientSeeds: ClientSeed[] = [
  {
    name: "Nordlicht Reisen",
    timeZone: "Europe/Berlin",
    plan: "Scale",
    joinedDaysAgo: 395,
    callsPerDay: 215,
    rhythm: "shop",
    keys: [
      { name: "Booking assistant", weight: 6, models: [...chatbot] },
      { name: "Search", weight: 3, models: [...search], limits: { dailyTokenLimit: 500_000 } },
      {
        name: "Old CMS plugin",
        weight: 1.2,
        models: [{ name: "gpt-4o-mini", weight: 1 }],
        legacySecret: "nordlicht-cms-2023-7Fq2Lr9x",
      },
    ],
    users: [{ name: "Jonna Feldhus", email: "jonna@nordlicht-reisen.example", role: "manager", weight: 0.2 }],
    liveWeight: 5,
  },
  {
    name: "Tamarind Logistics",
    timeZone: "Asia/Kolkata",
    plan: "Scale",
    joinedDaysAgo: 372,
    callsPerDay: 230,
    rhythm: "always",
    keys: [
      { name: "Tracking bot", weight: 6, models: [...chatbot] },
      {
        name: "Invoice reader",
        weight: 3,
        models: [...writing],
        limits: { concurrency: 8, monthlyTokenLimit: 20_000_000 },
      },
      { name: "Warehouse tablets", weight: 2, models: [{ name: "gpt-4.1-mini", weight: 1 }], rotatedDaysAgo: 12 },
    ],
    users: [{ name: "Devika Menon", email: "devika@tamarind.example", role: "manager", weight: 0.1 }],
    liveWeight: 5,
  },
  {
    name: "Zephyra",
    timeZone: "America/New_York",
    plan: "Business",
    joinedDaysAgo: 340,
    callsPerDay: 80,
    rhythm: "shop",
    keys: [
      { name: "Website", weight: 6, models: [...chatbot] },
      { name: "Newsletter drafts", weight: 2, models: [...writing], limits: { dailyRequestLimit: 200 } },
    ],
    users: [
      { name: "Imogen Castellane", email: "imogen@zephyra.example", role: "manager", weight: 0.4 },
      { name: "Teo Brandt", email: "teo@zephyra.example", role: "member", weight: 0.3 },
    ],
    usedToday: 0.91,
    liveWeight: 0.6,
  },
  {
    name: "Pampa Seguros",
    timeZone: "America/Argentina/Buenos_Aires",
    plan: "Starter",
    joinedDaysAgo: 260,
    callsPerDay: 30,
    rhythm: "office",
    keys: [{ name: "Claims form", weight: 1, models: [{ name: "gpt-4o-mini", weight: 1 }] }],
    users: [{ name: "Lautaro Vidal", email: "lautaro@pampa-seguros.example", role: "manager", weight: 0.05 }],
    usedToday: 1,
    liveWeight: 1.2,
  },
  {
    name: "Quillmark Legal",
    timeZone: "America/Chicago",
    plan: "Business",
    joinedDaysAgo: 310,
    callsPerDay: 85,
    rhythm: "office",
    keys: [
      { name: "Contract review", weight: 5, models: [...writing] },
      {
        name: "Intern sandbox",
        weight: 1,
        models: [{ name: "gpt-4o-mini", weight: 1 }],
        createdDaysAgo: 200,
        revokedDaysAgo: 31,
      },
    ],
    users: [{ name: "Rosalind Okafor", email: "rosalind@quillmark.example", role: "manager", weight: 0.3 }],
    override: {
      dailyTokenLimit: 900_000,
      reason: "Due diligence project, agreed with Rosalind by phone; billed apart.",
      setDaysAgo: 5,
      expiresInDays: 9,
    },
    liveWeight: 1.6,
  },
  {
    name: "Bramblewick & Daughters Independent Bookshops, Stationers and Printers of the Northern Dales",
    slug: "bramblewick",
    timeZone: "Europe/London",
    plan: "Starter",
    joinedDaysAgo: 230,
    callsPerDay: 28,
    rhythm: "shop",
    keys: [{ name: "Recommendations in the online shop of all eleven branches", weight: 1, models: [...chatbot] }],
    users: [{ name: "Agnes Bramblewick", email: "agnes@bramblewick.example", role: "manager", weight: 0.1 }],
    liveWeight: 1,
  },
  {
    name: "دار النخيل للنشر",
    slug: "dar-al-nakheel",
    timeZone: "Asia/Dubai",
    plan: "Business",
    joinedDaysAgo: 280,
    callsPerDay: 90,
    rhythm: "office",
    keys: [
      { name: "مساعد التحرير", weight: 4, models: [...writing] },
      { name: "Catalogue search", weight: 3, models: [...search] },
    ],
    users: [{ name: "سلمى الحداد", email: "salma@dar-al-nakheel.example", role: "manager", weight: 0.2 }],
    liveWeight: 1.6,
  },
  {
    name: "Sakuragi Denki",
    timeZone: "Asia/Tokyo",
    plan: "Business",
    joinedDaysAgo: 350,
    callsPerDay: 95,
    rhythm: "office",
    keys: [
      { name: "Support desk", weight: 5, models: [...chatbot] },
      {
        name: "Manual translator",
        weight: 2,
        models: [{ name: "gpt-4.1", weight: 1 }],
        limits: { requestsPerMinute: 6 },
      },
    ],
    users: [{ name: "Sakuragi Hina", email: "hina@sakuragi.example", role: "member", weight: 0.2 }],
    liveWeight: 1.8,
  },
  {
    name: "Atelier Mirabelle",
    timeZone: "Europe/Paris",
    plan: "Business",
    joinedDaysAgo: 190,
    callsPerDay: 70,
    rhythm: "shop",
    keys: [
      { name: "Conseil produits", weight: 5, models: [...european] },
      { name: "Drupal", weight: 2, models: [{ name: "mistral-small-latest", weight: 1 }] },
    ],
    users: [{ name: "Maëlle Thibaud", email: "maelle@mirabelle.example", role: "manager", weight: 0.2 }],
    liveWeight: 1.6,
  },
  {
    name: "Koru Outdoor",
    timeZone: "Pacific/Auckland",
    plan: "Starter",
    joinedDaysAgo: 120,
    callsPerDay: 26,
    rhythm: "shop",
    keys: [{ name: "Gear finder", weight: 1, models: [...chatbot] }],
    users: [{ name: "Aroha Tamihana", email: "aroha@koru.example", role: "manager", weight: 0.05 }],
    abuse: { refusedAnHour: 1_400, forDays: 9 },
    liveWeight: 1,
  },
  {
    name: "Baobab Health",
    timeZone: "Africa/Nairobi",
    plan: "Business",
    joinedDaysAgo: 240,
    callsPerDay: 60,
    rhythm: "office",
    keys: [{ name: "Appointment helper", weight: 1, models: [...chatbot] }],
    users: [{ name: "Wanjiru Kamau", email: "wanjiru@baobab-health.example", role: "manager", weight: 0.1 }],
    suspendedDaysAgo: 6,
    liveWeight: 0.3,
  },
  {
    name: "Ivo",
    timeZone: "Europe/Lisbon",
    plan: "Starter",
    joinedDaysAgo: 300,
    callsPerDay: 18,
    rhythm: "shop",
    keys: [{ name: "Site", weight: 1, models: [{ name: "gpt-4o-mini", weight: 1 }] }],
    users: [],
    lastCallDaysAgo: 74,
    liveWeight: 0,
  },
];
