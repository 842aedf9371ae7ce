import { LOG_LEVELS, type LogLevel } from "../env.ts";
import { hideSecretsInLog } from "./hide-secrets-in-logs.ts";

/**
 * The fields of a log line. No other fields compile, so that a document's text, a prompt, a header or a key cannot be
 * logged.
 */
export type LogFields = {
  readonly requestId?: string;
  readonly letterId?: string;
  readonly projectId?: string;
  readonly storeId?: string;
  /** Number of a search shard. */
  readonly shard?: number;
  /** Number of a vector index. */
  readonly index?: number;
  /** Number of a corpus database. */
  readonly corpus?: number;
  readonly fileId?: string;
  readonly conversationId?: string;
  readonly responseId?: string;
  readonly runId?: string;
  readonly scheduleId?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly queue?: string;
  readonly lane?: string;
  readonly messageId?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly reason?: string;
  readonly count?: number;
  /** Losses of the extraction of a file's text, in words: "3 images without text". */
  readonly warnings?: string;
  readonly durationMs?: number;
  readonly method?: string;
  /** Path of the request, without the query string, which may contain search terms. */
  readonly path?: string;
  readonly status?: number;
  /** Name of a file. It is user data: set this field on `debug` lines only. */
  readonly filename?: string;
  /** Name of a circuit breaker: its provider and model. */
  readonly breaker?: string;
  /** The signal, the decision or the time that a run waits for. */
  readonly waitsFor?: string;
  /** End of a wait, in milliseconds since the epoch. */
  readonly until?: number;
};

let threshold = LOG_LEVELS.indexOf("info");

/** Sets the least serious level that this isolate logs. Lines of less serious levels are dropped. */
export function setLogLevel(level: LogLevel): void {
  threshold = LOG_LEVELS.indexOf(level);
}

/**
 * Writes one JSON object per line. `event` is a stable dotted name such as `ingest.file.failed`. `npm run dev` formats
 * these objects for reading.
 */
class Logger {
  readonly #fields: LogFields;

  constructor(fields: LogFields) {
    this.#fields = fields;
  }

  /** Returns a logger whose lines have these fields, too. */
  with(fields: LogFields): Logger {
    return new Logger({ ...this.#fields, ...fields });
  }

  /** For details, such as a line for each request. */
  debug(event: string, fields: LogFields = {}): void {
    this.#write("debug", { event, ...fields });
  }

  /** For a change of state. */
  info(event: string, fields: LogFields = {}): void {
    this.#write("info", { event, ...fields });
  }

  /** For work that continues in a degraded way. */
  warn(event: string, fields: LogFields = {}, error?: unknown): void {
    this.#write("warn", { event, ...fields, ...(error === undefined ? {} : describe(error)) });
  }

  /** For errors that need human attention. */
  failed(event: string, error: unknown, fields: LogFields = {}): void {
    this.#write("error", { event, ...fields, ...describe(error) });
  }

  #write(level: LogLevel, entry: LogFields & { event: string }): void {
    if (LOG_LEVELS.indexOf(level) < threshold) return;
    console[level](JSON.stringify({ level, ...this.#fields, ...entry }));
  }
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { error: hideSecretsInLog(String(error)) };
  // A stack begins with the message, which is hidden on its own.
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    error: hideSecretsInLog(error.message),
    ...(frames && { errorStack: [error.name, ...frames].join("\n") }),
  };
}

/**
 * The service's logger. Each call writes one line of JSON. `with` returns a logger that adds the given fields to all
 * its lines.
 */
export const logger = new Logger({});
