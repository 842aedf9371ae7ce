import { z } from "zod";

import { LOG_LEVELS } from "../../src/env.ts";
import type { LogFields } from "../../src/platform/logger.ts";
import type { Style } from "./style.ts";
import { stripCodes, stripControls } from "./wrap.ts";

/** A line of the Worker's log; see src/platform/logger.ts. */
const Entry = z.looseObject({
  level: z.enum(LOG_LEVELS),
  event: z.string(),
  error: z.string().optional(),
  errorStack: z.string().optional(),
});
/** A parsed line of the Worker's log. */
export type LogEntry = z.infer<typeof Entry> & LogFields;

/** Wrangler's prefix of warnings and errors of the Worker. */
const WRANGLER_MARK = /^\S \[(?:WARNING|ERROR)\] /;
const MS_COLUMN = 8;

/** Parses a line of the output of `wrangler dev`; null if it is not a line of the Worker's log. */
export function readLogLine(line: string): LogEntry | null {
  const json = stripCodes(line).replace(WRANGLER_MARK, "");
  if (!json.startsWith('{"level":')) return null;
  try {
    const parsed = Entry.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The data that formatting a log line needs besides the line. */
export type LineContext = {
  readonly style: Style;
  /** The time of day to show, since log lines do not have it. */
  readonly time: string;
  /** Returns the name of a file, or its id if the name is not known. */
  findName(this: void, fileId: string): string;
};

/** Formats a log entry for people: one line, followed by the stack of an error. */
export function showLogEntry(entry: LogEntry, shown: LineContext): string {
  const { style, time } = shown;
  const text = stripControls(describeEntry(entry, shown));
  const line = `${style.dim(time)}  ${paintLevel(entry.level, text, style)}`;
  if (entry.level !== "error" || !entry.errorStack) return line;
  return `${line}\n${style.dim(stripControls(entry.errorStack))}`;
}

function paintLevel(level: LogEntry["level"], text: string, style: Style): string {
  if (level === "error") return style.red(`error: ${text}`);
  if (level === "warn") return style.yellow(`warning: ${text}`);
  return text;
}

function describeEntry(entry: LogEntry, { style, findName }: LineContext): string {
  const { fileId = "", count = 0, durationMs = 0, error = "no reason was given" } = entry;
  const { runId, step, waitsFor, breaker, until } = entry;
  switch (entry.event) {
    case "http.request.answered":
      return describeRequest(entry, style);
    case "ingest.file.completed":
      return `indexed ${findName(fileId)}: ${plural(count, "chunk")}, ${durationMs} ms`;
    case "ingest.file.refused":
      return `${findName(fileId)} was not indexed (${entry.reason}, ${durationMs} ms): ${error}`;
    case "ingest.file.given_up":
      return `${findName(fileId)} was not indexed: ${error}`;
    case "ingest.file.interrupted":
      return `${findName(fileId)} was interrupted and will be tried again (${entry.reason}): ${error}`;
    case "model.call.failed": {
      const { model, provider, reason, attempt } = entry;
      return `attempt ${attempt} at ${model} of ${provider} failed (${reason}): ${error}`;
    }
    case "model.breaker.opened":
      return `the breaker of ${breaker} opened: no calls ${describeUntil(until)}`;
    case "model.breaker.probing":
      return `the breaker of ${breaker} lets a few calls through to see whether they succeed`;
    case "model.breaker.closed":
      return `the breaker of ${breaker} closed: calls are made again`;
    case "run.waiting":
      return `run ${runId} ${describeWait(step, waitsFor)} ${describeUntil(until)}`.trimEnd();
    default:
      return describeOther(entry);
  }
}

/** Formats a request. The path comes last, since ids vary its length. */
function describeRequest({ method, path, status = 0, durationMs = 0 }: LogEntry, style: Style) {
  const paint = status >= 500 ? style.red : status >= 400 ? style.yellow : style.green;
  return `${paint(String(status))} ${`${durationMs} ms`.padStart(MS_COLUMN)}  ${method} ${path}`;
}

function describeWait(step = "a step", waitsFor = "something"): string {
  const signal = /^signal (.*)$/.exec(waitsFor)?.[1];
  if (signal !== undefined) return `waits at ${step} for the signal "${signal}"`;
  switch (waitsFor) {
    case "time":
      return `sleeps at ${step}`;
    case "decision":
      return `waits at ${step} for a decision`;
    case "resume":
      return `waits at ${step}, which failed for good, to be resumed or cancelled`;
    default:
      return `waits at ${step} for ${waitsFor}`;
  }
}

/** Formats a local time, with the day unless it is today. */
function describeUntil(until: number | undefined): string {
  if (until === undefined) return "";
  const date = new Date(until);
  const time = date.toTimeString().slice(0, 8);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? `until ${time}` : `until ${date.toDateString().slice(4)} ${time}`;
}

/** Formats any other event: its name, fields and error. */
function describeOther({ level: _level, event, error, errorStack: _stack, ...fields }: LogEntry) {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return [event, ...pairs].join("  ") + (error === undefined ? "" : `: ${error}`);
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
