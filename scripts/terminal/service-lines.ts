import { LOG_LEVELS, type LogLevel } from "../../src/env.ts";
import { readLogLine, showLogEntry } from "./log-line.ts";
import type { Style } from "./style.ts";
import { stripCodes } from "./wrap.ts";

/** Maximum number of known file names. */
const NAMES_MAX = 1_000;

/** Lines of wrangler that repeat the Worker's log and the welcome text. */
const CHATTER = [
  /^\[wrangler:info\] Ready on /,
  /^\[wrangler:info\] QUEUE /,
  /^\[wrangler:info\] \S+ Parsed \d+ valid header rules?\.$/,
  /^\[wrangler:info\] [A-Z]+ \S+ \d{3} .*\(\d+ms\)$/,
  /^⎔ (?:Starting local server|Shutting down)/,
];
/** A warning of wrangler that is wrong here, since `npm run dev` ticks the crons. */
const CRON_WARNING = "Scheduled Workers are not automatically triggered";
const CRON_WARNING_END = "For more details, see";

/** The settings of `ServiceLines`. */
export type ServiceLinesOptions = {
  readonly style: Style;
  /** The least serious level of the Worker's log lines that are shown. */
  readonly level: LogLevel;
  /** True if the user asked for wrangler's log, so that its lines that repeat other lines are shown too. */
  readonly keepsChatter: boolean;
  /** The names of files by id, taken from log lines. Standard output and standard error of a service share them. */
  readonly names: Map<string, string>;
  readonly now: () => Date;
};

/**
 * Formats the output of `wrangler dev` for people, line by line: log lines of the Worker are formatted, other lines are
 * kept or left out.
 */
export class ServiceLines {
  readonly #options: ServiceLinesOptions;
  #isInCronWarning = false;
  /** Number of empty lines to drop after the last line. */
  #blanks = 0;

  constructor(options: ServiceLinesOptions) {
    this.#options = options;
  }

  /** Returns the text to show for a line; null to show nothing. */
  show(line: string): string | null {
    const bare = stripCodes(line);
    if (this.#isSkipped(bare)) return null;
    const entry = readLogLine(bare);
    if (!entry) return this.#showOther(line, bare);
    // Wrangler prints two empty lines after a warning or an error of the Worker.
    if (!bare.startsWith("{")) this.#blanks = 2;
    if (entry.event === "ingest.file.taken") {
      learnName(this.#options.names, entry.fileId, entry.filename);
      return null;
    }
    const { level, style, names, now } = this.#options;
    if (LOG_LEVELS.indexOf(entry.level) < LOG_LEVELS.indexOf(level)) return null;
    const time = now().toTimeString().slice(0, 8);
    return showLogEntry(entry, { style, time, findName: (id) => names.get(id) ?? id });
  }

  #showOther(line: string, bare: string): string | null {
    if (this.#options.keepsChatter) return line;
    if (bare.includes(CRON_WARNING)) {
      this.#isInCronWarning = true;
      return null;
    }
    return CHATTER.some((pattern) => pattern.test(bare)) ? null : line;
  }

  #isSkipped(bare: string): boolean {
    if (this.#isInCronWarning) {
      this.#isInCronWarning = !bare.includes(CRON_WARNING_END);
      this.#blanks = 2;
      return true;
    }
    const isSkipped = bare === "" && this.#blanks > 0;
    this.#blanks = isSkipped ? this.#blanks - 1 : 0;
    return isSkipped;
  }
}

function learnName(names: Map<string, string>, fileId?: string, filename?: string): void {
  if (fileId === undefined || filename === undefined) return;
  names.set(fileId, filename);
  const [oldest] = names.keys();
  if (names.size > NAMES_MAX && oldest !== undefined) names.delete(oldest);
}
