import { LOG_LEVELS, type LogLevel } from "../../src/env.ts";
import { readLogLine, showLogEntry } from "./log-line.ts";
import type { Style } from "./style.ts";
import { stripCodes } from "./wrap.ts";

/** Of names that were announced, while their files are ingested. */
const NAMES_MAX = 1_000;

/** Wrangler's own lines about what the Worker's log and our welcome say already. */
const CHATTER = [
  /^\[wrangler:info\] Ready on /,
  /^\[wrangler:info\] QUEUE /,
  /^\[wrangler:info\] [A-Z]+ \S+ \d{3} .*\(\d+ms\)$/,
  /^⎔ (?:Starting local server|Shutting down)/,
];
/** Crons are ticked by `npm run dev`, so wrangler's warning that nobody does is wrong here. */
const CRON_WARNING = "Scheduled Workers are not automatically triggered";
const CRON_WARNING_END = "For more details, see";

export type ServiceLinesOptions = {
  readonly style: Style;
  /** The least serious lines of the Worker that are shown. */
  readonly level: LogLevel;
  /** Wrangler's chatter too, for who has asked for its log. */
  readonly keepsChatter: boolean;
  /** Names of files by their ids; shared by the outputs of one service, since each line comes by one of them. */
  readonly names: Map<string, string>;
  readonly now: () => Date;
};

/** One output of `wrangler dev`, line by line: the Worker's log made readable, and anything else as it came. */
export class ServiceLines {
  readonly #options: ServiceLinesOptions;
  #isInCronWarning = false;
  /** Empty lines that belong to what was shown or dropped before. */
  #blanks = 0;

  constructor(options: ServiceLinesOptions) {
    this.#options = options;
  }

  /** What is shown of a line; null when it is not shown. */
  show(line: string): string | null {
    const bare = stripCodes(line);
    if (this.#isSkipped(bare)) return null;
    const entry = readLogLine(bare);
    if (!entry) return this.#showOther(line, bare);
    // After a warning or an error of the Worker wrangler leaves two lines empty.
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
