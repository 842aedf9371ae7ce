/**
 * The fields a log line may have. The type is closed, so that a document's text, a prompt, a header
 * or a key does not type-check into a log.
 */
export type LogFields = {
  readonly requestId?: string;
  readonly projectId?: string;
  readonly storeId?: string;
  readonly fileId?: string;
  readonly conversationId?: string;
  readonly responseId?: string;
  readonly runId?: string;
  readonly scheduleId?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly queue?: string;
  readonly messageId?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly reason?: string;
  readonly count?: number;
  readonly durationMs?: number;
};

type Level = "debug" | "info" | "warn" | "error";

/** Writes one JSON object a line; `event` is a stable dotted name such as `ingest.file.failed`. */
class Logger {
  readonly #fields: LogFields;

  constructor(fields: LogFields) {
    this.#fields = fields;
  }

  with(fields: LogFields): Logger {
    return new Logger({ ...this.#fields, ...fields });
  }

  info(event: string, fields: LogFields = {}): void {
    this.#write("info", { event, ...fields });
  }

  /** Went on without something. */
  warn(event: string, fields: LogFields = {}, error?: unknown): void {
    this.#write("warn", { event, ...fields, ...(error === undefined ? {} : describe(error)) });
  }

  /** Wants a person. */
  failed(event: string, error: unknown, fields: LogFields = {}): void {
    this.#write("error", { event, ...fields, ...describe(error) });
  }

  #write(level: Level, entry: LogFields & { event: string }): void {
    console[level](JSON.stringify({ level, ...this.#fields, ...entry }));
  }
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: error.message, errorStack: error.stack };
}

export const logger = new Logger({});
