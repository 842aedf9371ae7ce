import { z } from "zod";

import { AccessGrants } from "./access-grants.ts";
import { type Jurisdiction, JURISDICTIONS } from "./jurisdiction.ts";
import type { ModelNames } from "./model-names.ts";

const Text = z.string().trim();
/** An unset variable and an empty one mean the same. */
const Optional = Text.default("").transform((text) => (text === "" ? null : text));
const OptionalUrl = Optional.pipe(z.url({ protocol: /^https?$/ }).nullable());

/** The levels of log lines, the least serious first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** The level of a log line. As a setting, the least serious level that is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVEL_DEFAULT: LogLevel = "info";
const LogLevelSetting = Optional.transform((text) => text ?? LOG_LEVEL_DEFAULT).pipe(
  z.enum(LOG_LEVELS),
);

const JurisdictionSetting: z.ZodType<Jurisdiction | null> = Optional.pipe(
  z.enum(JURISDICTIONS).nullable(),
);

/** A number of jobs; an unset variable and an empty one mean the default. */
const jobsMax = (fallback: number) =>
  z.preprocess(
    (jobs) => (jobs === "" ? undefined : jobs),
    z.coerce.number().int().min(1).max(1_000_000).default(fallback),
  );

const DNS_URL_DEFAULT = "https://cloudflare-dns.com/dns-query";

/** `*`, or the origins of pages, divided by spaces or commas. */
const OriginsSetting = Text.default("").transform((text, context) => {
  const origins = text.split(/[\s,]+/).filter((origin) => origin !== "");
  for (const origin of origins) {
    if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    context.addIssue({
      code: "custom",
      message: `'${origin}' is not an origin; write scheme, host and port only, as in https://app.example.com, or * for all`,
    });
  }
  return origins;
});

/** Rights of people in the console, as JSON; an empty variable gives none. */
const GrantsSetting = Text.default("").transform((text, context): AccessGrants => {
  if (text === "") return {};
  try {
    const parsed = AccessGrants.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    for (const { message } of parsed.error.issues) context.addIssue({ code: "custom", message });
  } catch {
    context.addIssue({
      code: "custom",
      message: `it is not JSON; write {"ada@example.com": ["proj_…"], "@example.com": ["operator"]}`,
    });
  }
  return z.NEVER;
});

const SettingsSchema = z
  .object({
    EDITION: z.enum(["embedded", "production"]),
    /**
     * The jurisdiction in which the deployment's databases, bucket and queues were created. It is a statement that
     * nothing here can check; `npm run deploy -- --jurisdiction` makes it true. Without it, they lie anywhere.
     */
    JURISDICTION: JurisdictionSetting,
    /** Base URL of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`. */
    LLM_BASE_URL: OptionalUrl,
    LLM_API_KEY: Optional,
    LLM_MODEL: Optional,
    EMBEDDING_MODEL: Optional,
    /** The operator's secret for `/v1/organization`. Without it, those endpoints are closed. */
    ADMIN_KEY: Optional,
    /** The secret that encrypts the secrets of projects. Without it, projects cannot have secrets. */
    SECRETS_KEY: Optional.pipe(z.string().min(16).nullable()),
    /** The `SECRETS_KEY` of before, while secrets that it encrypted are encrypted again with the new one. */
    SECRETS_KEY_PREVIOUS: Optional.pipe(z.string().min(16).nullable()),
    /** `on` while the operator restores the deployment: clients are refused, and sweeps erase nothing. */
    RECOVERY: Optional.pipe(z.literal("on").nullable()),
    /**
     * The resolver that `http@1` asks before a call: DNS over HTTPS with answers in JSON. It cannot be turned off.
     * Where it is unreachable, as without a network, only hosts on the project's allow-list can be called by name.
     */
    HTTP_DNS_URL: OptionalUrl.transform((url) => url ?? DNS_URL_DEFAULT),
    /** The origins whose pages may call the API from a browser; `*` for all. Without it, none can. */
    CORS_ORIGINS: OriginsSetting,
    /** Address of the Cloudflare Access team whose tokens open the console, and the tag of the application. */
    ACCESS_TEAM_URL: OptionalUrl.transform((url) => url?.replace(/\/$/, "") ?? null),
    ACCESS_AUD: Optional,
    /** The projects that each person opens who comes through Access. */
    ACCESS_PROJECTS: GrantsSetting,
    /** Address at which `npm run dev` builds the console and exchanges its sign-in link. No deployment has it. */
    CONSOLE_URL: OptionalUrl,
    /** The least serious level that is written. `debug` adds a line for each request, and file names. */
    LOG_LEVEL: LogLevelSetting,
    SEARCH_SHARD_CHUNKS_MAX: z.coerce.number().int().min(100).max(1_000_000).default(200_000),
    /** The largest store, in chunks, that splits its search shards by itself. 0: none does. */
    SHARD_SPLIT_CHUNKS_MAX: z.coerce.number().int().min(0).default(1_000_000),
    /** Followers of a search shard that is asked much; 0 for none. */
    SEARCH_FOLLOWERS_MAX: z.coerce.number().int().min(0).max(10).default(3),
    /** Chunks from which on the vectors of a store are in a vector index, if one of their dimensions is bound. */
    VECTORIZE_CHUNKS_MIN: z.coerce.number().int().min(1).default(100_000),
    /** The capacity of each lane for answers in the background, and of the queue of files to index, in jobs. */
    LANE_INTERACTIVE_MAX: jobsMax(1_000),
    LANE_DEFAULT_MAX: jobsMax(10_000),
    LANE_BATCH_MAX: jobsMax(50_000),
    INGEST_MAX: jobsMax(20_000),
  })
  .superRefine((settings, context) => {
    if ((settings.ACCESS_TEAM_URL === null) !== (settings.ACCESS_AUD === null)) {
      context.addIssue({
        code: "custom",
        path: ["ACCESS_TEAM_URL"],
        message: "set it together with ACCESS_AUD, the tag of the application in Cloudflare Access",
      });
    }
    for (const name of ["LLM_MODEL", "EMBEDDING_MODEL"] as const) {
      const model = settings[name];
      if (model === null || settings.LLM_BASE_URL !== null || isBuiltIn(model)) continue;
      if (settings.EDITION === "production" && isWorkersAi(model)) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: `${model} needs LLM_BASE_URL, the base URL of a server that has this model`,
      });
    }
  });

/** The checked variables and secrets of a deployment, with defaults filled in. */
export type Settings = z.infer<typeof SettingsSchema>;

/** Tests whether a model is one of Workers AI: the names of these begin with `@cf/` or `@hf/`. */
export const isWorkersAi = (model: string) => /^@(?:cf|hf)\//.test(model);
const isBuiltIn = (model: string) => BUILT_IN.answering === model || BUILT_IN.embedding === model;

/** The models that run in the Worker, without a provider. They are the last resort of every edition. */
const BUILT_IN = { answering: "extractive-1", embedding: "hash-1" } as const;
/**
 * The models of Workers AI that the production edition uses where the operator names none. A deployment with a
 * jurisdiction uses none that is not named, since Workers AI may run anywhere.
 */
const WORKERS_AI: ModelNames = {
  answering: ["@cf/zai-org/glm-4.7-flash", "@cf/google/gemma-4-26b-a4b-it"],
  embedding: ["@cf/qwen/qwen3-embedding-0.6b"],
};

/**
 * Lists the models that a deployment with these settings uses, by use. The first one is the default; each of the others
 * stands in for those before it.
 */
export function listModelsInUse({
  EDITION,
  JURISDICTION,
  LLM_MODEL,
  EMBEDDING_MODEL,
}: Pick<Settings, "EDITION" | "JURISDICTION" | "LLM_MODEL" | "EMBEDDING_MODEL">): ModelNames {
  const unset: ModelNames =
    EDITION === "production" && JURISDICTION === null
      ? WORKERS_AI
      : { answering: [], embedding: [] };
  const answering = LLM_MODEL === null ? unset.answering : [LLM_MODEL];
  const embedding = EMBEDDING_MODEL === null ? unset.embedding : [EMBEDDING_MODEL];
  return {
    answering: [...new Set([...answering, BUILT_IN.answering])],
    embedding: [...new Set([...embedding, BUILT_IN.embedding])],
  };
}

/**
 * Reads a deployment's settings from its variables and secrets, and checks them. Throws one error that lists all
 * invalid settings, so that a misconfigured deployment refuses all requests, and never serves only some of them.
 */
export function readSettings(env: object): Settings {
  const parsed = SettingsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The settings of this deployment are invalid. ${problems.join("; ")}`);
}

/**
 * Lists the values of the deployment's secrets (the provider's API key, the admin key, the encryption key), so that the
 * logger can hide them. Works also if other settings are invalid.
 */
export function readSecretSettings(env: object): string[] {
  const values = SECRET_SETTINGS.map((name): unknown => Reflect.get(env, name));
  return values.filter((value) => typeof value === "string");
}

const SECRET_SETTINGS = [
  "LLM_API_KEY",
  "ADMIN_KEY",
  "SECRETS_KEY",
  "SECRETS_KEY_PREVIOUS",
] as const;

/** The deployment's keys for the secrets of projects. `previous` is null unless a rotation is going on. */
export type SecretKeys = { readonly current: string; readonly previous: string | null };

/** Reads the keys for the secrets of projects; null if the deployment has none, so that projects have no secrets. */
export function readSecretKeys(env: object): SecretKeys | null {
  const { SECRETS_KEY: current, SECRETS_KEY_PREVIOUS: previous } = readSettings(env);
  return current === null ? null : { current, previous };
}

/** Tests whether the operator is restoring the deployment: the variable `RECOVERY` is set. */
export const isRecovering = (env: object): boolean =>
  Optional.parse(Reflect.get(env, "RECOVERY")) !== null;

/**
 * Reads the least serious level to log from the variable `LOG_LEVEL`. If the variable is invalid, returns the default;
 * `readSettings` reports the error at the first request.
 */
export function readLogLevel(env: object): LogLevel {
  const parsed = LogLevelSetting.safeParse(Reflect.get(env, "LOG_LEVEL"));
  return parsed.success ? parsed.data : LOG_LEVEL_DEFAULT;
}

/**
 * Reads the origins whose web pages may call the API from the variable `CORS_ORIGINS`. If the variable is invalid,
 * returns an empty list; `readSettings` reports the error.
 */
export function readOrigins(env: object): readonly string[] {
  const setting: unknown = Reflect.get(env, "CORS_ORIGINS");
  const parsed = OriginsSetting.safeParse(setting);
  return parsed.success ? parsed.data : [];
}
