import { z } from "zod";

const Text = z.string().trim();
/** A variable that is not set and one that is empty are the same. */
const Optional = Text.default("").transform((text) => (text === "" ? null : text));
const OptionalUrl = Optional.pipe(z.url({ protocol: /^https?$/ }).nullable());

/** How serious a log line must be to be written, the most talkative level first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVEL_DEFAULT: LogLevel = "info";
const LogLevelSetting = Optional.transform((text) => text ?? LOG_LEVEL_DEFAULT).pipe(
  z.enum(LOG_LEVELS),
);

const DNS_URL_DEFAULT = "https://cloudflare-dns.com/dns-query";

const SettingsSchema = z
  .object({
    EDITION: z.enum(["embedded", "production"]),
    /** Base address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`. */
    LLM_BASE_URL: OptionalUrl,
    LLM_API_KEY: Optional,
    LLM_MODEL: Optional,
    EMBEDDING_MODEL: Optional,
    /** Secret of the operator, for `/v1/organization`; without it those endpoints are closed. */
    ADMIN_KEY: Optional,
    /** Secret that the secrets of projects are encrypted under; without it, projects can have none. */
    SECRETS_KEY: Optional.pipe(z.string().min(16).nullable()),
    /**
     * Where `http@1` looks names up before it calls them: DNS over HTTPS with answers in JSON. It cannot be turned off: where
     * it is not reachable, as without a network, only hosts on a project's allow-list can be called by name.
     */
    HTTP_DNS_URL: OptionalUrl.transform((url) => url ?? DNS_URL_DEFAULT),
    /** The least serious log lines that are written; `debug` has a line for each request, and names of files. */
    LOG_LEVEL: LogLevelSetting,
    SEARCH_SHARD_CHUNKS_MAX: z.coerce.number().int().min(100).max(1_000_000).default(20_000),
  })
  .superRefine((settings, context) => {
    for (const name of ["LLM_MODEL", "EMBEDDING_MODEL"] as const) {
      const model = settings[name];
      if (model === null || settings.LLM_BASE_URL !== null || isBuiltIn(model)) continue;
      if (settings.EDITION === "production" && isWorkersAi(model)) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: `${model} needs LLM_BASE_URL, the address of the server that has it`,
      });
    }
  });

/** The vars and secrets of a deployment, checked. */
export type Settings = z.infer<typeof SettingsSchema>;

/** Models of Workers AI are named by their catalogue: `@cf/…` and `@hf/…`. */
export const isWorkersAi = (model: string) => /^@(?:cf|hf)\//.test(model);
const isBuiltIn = (model: string) => model === "hash-1" || model === "extractive-1";

/** Reads the settings, or says which are wrong; a deployment with wrong settings must not half work. */
export function readSettings(env: object): Settings {
  const parsed = SettingsSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The settings of this deployment are wrong. ${problems.join("; ")}`);
}

/** Reads the log level alone. A wrong one counts as the default here; `readSettings` refuses it where a request can say so. */
export function readLogLevel(env: object): LogLevel {
  const parsed = LogLevelSetting.safeParse(Reflect.get(env, "LOG_LEVEL"));
  return parsed.success ? parsed.data : LOG_LEVEL_DEFAULT;
}
