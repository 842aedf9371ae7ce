import { beforeEach, describe, expect, it, vi } from "vitest";

import { ServiceLines, type ServiceLinesOptions } from "../../../scripts/terminal/service-lines.ts";
import { PLAIN } from "../../../scripts/terminal/style.ts";
import type { LogLevel } from "../../../src/env.ts";
import { loggedPath } from "../../../src/http/request-log.ts";
import { logger, setLogLevel } from "../../../src/platform/logger.ts";

const NOON = new Date(2026, 10, 29, 12, 0, 0);

const linesOn = (level: LogLevel, more: Partial<ServiceLinesOptions> = {}) =>
  new ServiceLines({
    style: PLAIN,
    level,
    keepsChatter: false,
    names: new Map(),
    now: () => NOON,
    ...more,
  });
const show = (entry: object, level: LogLevel = "debug") =>
  linesOn(level).show(JSON.stringify({ level: "info", ...entry }));

describe("ServiceLines", () => {
  it.each([
    [
      {
        level: "debug",
        event: "http.request.answered",
        requestId: "req_1",
        method: "GET",
        path: "/v1/models",
        status: 200,
        durationMs: 3,
      },
      "12:00:00  200     3 ms  GET /v1/models",
    ],
    [
      { event: "ingest.file.completed", fileId: "file-1", count: 1, durationMs: 40 },
      "12:00:00  indexed file-1: 1 chunk, 40 ms",
    ],
    [
      {
        level: "warn",
        event: "ingest.file.refused",
        fileId: "file-1",
        reason: "invalid_file",
        durationMs: 4,
        error: "The file is empty.",
      },
      "12:00:00  warning: file-1 was not indexed (invalid_file, 4 ms): The file is empty.",
    ],
    [
      { level: "warn", event: "model.breaker.opened", breaker: "llm.test:m", until: tomorrow() },
      `12:00:00  warning: the breaker of llm.test:m opened: no calls until ${day(tomorrow())} 12:00:00`,
    ],
    [
      { event: "model.breaker.closed", breaker: "llm.test:m" },
      "12:00:00  the breaker of llm.test:m closed: calls are made again",
    ],
    [
      { event: "run.waiting", runId: "run_1", step: "approval", waitsFor: "signal ok" },
      '12:00:00  run run_1 waits at approval for the signal "ok"',
    ],
    [
      { event: "run.waiting", runId: "run_1", step: "pay", waitsFor: "decision" },
      "12:00:00  run run_1 waits at pay for a decision",
    ],
    [
      { level: "warn", event: "some.other.event", runId: "run_1", error: "It broke." },
      "12:00:00  warning: some.other.event  runId=run_1: It broke.",
    ],
    [
      {
        level: "error",
        event: "http.unhandled",
        error: "Bad.",
        errorStack: "Error: Bad.\n    at x",
      },
      "12:00:00  error: http.unhandled: Bad.\nError: Bad.\n    at x",
    ],
  ])("makes a readable line of %o", (entry, line) => {
    expect(show(entry)).toBe(line);
  });

  it("names a file once its name was announced, and shows no line for that", () => {
    const lines = linesOn("debug");
    const name = { level: "debug", event: "ingest.file.taken", fileId: "file-1", filename: "a.md" };

    expect(lines.show(JSON.stringify(name))).toBeNull();
    const done = {
      level: "info",
      event: "ingest.file.completed",
      fileId: "file-1",
      count: 2,
      durationMs: 7,
    };
    expect(lines.show(JSON.stringify(done))).toBe("12:00:00  indexed a.md: 2 chunks, 7 ms");
  });

  it("shows nothing below its level", () => {
    expect(show({ level: "info", event: "run.waiting" }, "warn")).toBeNull();
    expect(show({ level: "warn", event: "x" }, "warn")).not.toBeNull();
  });

  it("finds the Worker's line after wrangler's prefix, and drops the empty lines after it", () => {
    const lines = linesOn("debug");
    const warning = '\u001B[33m▲ [WARNING] {"level":"warn","event":"x"}\u001B[0m';

    expect(lines.show(warning)).toBe("12:00:00  warning: x");
    expect(["", "", ""].map((line) => lines.show(line))).toEqual([null, null, ""]);
  });

  it("drops wrangler's lines about requests and crons, and no others", () => {
    const lines = linesOn("debug");
    const shown = [
      "[wrangler:info] Ready on http://localhost:8787",
      "[wrangler:info] GET /v1/models 200 OK (3ms)",
      "[wrangler:info] QUEUE edgewise-ingest 1/1 (44ms)",
      "[wrangler:info] ✨ Parsed 3 valid header rules.",
      "▲ [WARNING] Scheduled Workers are not automatically triggered during local development.",
      "",
      "  To manually trigger a scheduled event, run:",
      "  For more details, see https://developers.cloudflare.com/",
      "",
      "",
      "⎔ Reloading local server...",
      "  a line  of its own: {",
      '{"not": "ours"}',
      '{"level":"broken',
    ].map((line) => lines.show(line));

    expect(shown.filter((line) => line !== null)).toEqual([
      "⎔ Reloading local server...",
      "  a line  of its own: {",
      '{"not": "ours"}',
      '{"level":"broken',
    ]);
  });

  it("keeps wrangler's lines on request", () => {
    const line = "[wrangler:info] GET /v1/models 200 OK (3ms)";

    expect(linesOn("debug", { keepsChatter: true }).show(line)).toBe(line);
  });

  it("drops control characters", () => {
    expect(show({ event: "x", step: "a\u001B[2Jb" })).toBe("12:00:00  x  step=a[2Jb");
  });
});

describe("the logger", () => {
  beforeEach(() => setLogLevel("info"));

  it.each([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
  ] as const)("writes entries of level %s and above", (level, written) => {
    const seen: string[] = [];
    for (const method of ["debug", "info", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((line: string) => {
        seen.push(JSON.parse(line).level);
      });
    }
    setLogLevel(level);
    logger.debug("x");
    logger.info("x");
    logger.warn("x");
    logger.failed("x", new Error("x"));
    vi.restoreAllMocks();

    expect(seen).toEqual(written);
  });
});

describe("loggedPath", () => {
  it("has no key and a bounded length", () => {
    expect(loggedPath("/v1/sk-ew-abc/files")).toBe("/v1/sk-ew-…/files");
    expect(loggedPath(`/${"x".repeat(300)}`)).toHaveLength(201);
  });
});

function tomorrow(): number {
  return new Date(Date.now() + 24 * 3_600_000).setHours(12, 0, 0, 0);
}

function day(time: number): string {
  return new Date(time).toDateString().slice(4);
}
