import { describe, expect, it } from "vitest";

import manifest from "../../../package.json" with { type: "json" };
import * as BENCH_COMMANDS from "../../../scripts/local/bench-commands.ts";
import * as COMMANDS from "../../../scripts/local/commands.ts";
import { type Command, readFlags, readNumber } from "../../../scripts/local/flags.ts";
import { showHelp } from "../../../scripts/local/help.ts";
import * as TEST_COMMANDS from "../../../scripts/local/test-commands.ts";
import { PLAIN } from "../../../scripts/terminal/style.ts";

const { DEV, DEMO, DEMO_SUPPORT, EVAL } = COMMANDS;
const commands = Object.values({ ...COMMANDS, ...BENCH_COMMANDS, ...TEST_COMMANDS }).filter(
  (one): one is Command => typeof one === "object",
);

/** Of the scripts of docs, only one takes flags. */
const takesFlags = (name: string) => !name.startsWith("docs:") || name === "docs:pictures";

describe("readFlags", () => {
  it("reads inline and separate values, and switches", () => {
    const { values } = readFlags(DEV, ["--port=9000", "--persist-to", "my state", "--quiet"]);

    expect(Object.fromEntries(values)).toEqual({
      port: "9000",
      "persist-to": "my state",
      quiet: "",
    });
  });

  it("passes flags of wrangler on in their order, each with its value", () => {
    const args = ["--log-level", "debug", "--port", "9000", "--var=A:1", "--no-bundle"];

    expect(readFlags(DEV, args)).toMatchObject({
      passedOn: ["--log-level", "debug", "--var=A:1", "--no-bundle"],
      values: new Map([["port", "9000"]]),
    });
  });

  it("passes everything after --wrangler on as it is", () => {
    const { values, passedOn } = readFlags(DEV, ["--quiet", "--wrangler", "--ip", "::1", "--new"]);

    expect(passedOn).toEqual(["--ip", "::1", "--new"]);
    expect([...values.keys()]).toEqual(["quiet"]);
  });

  it.each([
    [DEV, ["--prot", "9000"], "npm run dev has no flag --prot. Did you mean --port?"],
    [DEV, ["--persist", "x"], "Did you mean --persist-to?"],
    [DEV, ["--log-levle=debug"], "Did you mean --log-level?"],
    [DEV, ["--frobnicate"], "npm run dev has no flag --frobnicate. Flags for wrangler alone"],
    [DEV, ["--frobnicate"], "`npm run dev -- --help` lists all flags."],
    [DEV, ["8787"], 'npm run dev takes flags only, not "8787".'],
    [DEV, ["--port"], "--port needs a value after it: --port N."],
    [DEV, ["--port", "--quiet"], "--port needs a value after it: --port N."],
    [DEV, ["--quiet=yes"], "--quiet takes no value."],
    [DEMO_SUPPORT, ["--log-level", "debug"], "npm run demo:support has no flag --log-level."],
  ])("refuses arguments of %o: %j", (command, args, message) => {
    expect(() => readFlags(command, args)).toThrow(message);
  });

  it("accepts operands only for commands that have them", () => {
    expect(readFlags(DEMO, ["Is it fast?", "Why?"]).operands).toEqual(["Is it fast?", "Why?"]);
    expect(readFlags(EVAL, ["a/folder", "--json"]).operands).toEqual(["a/folder"]);
  });

  it.each([["--help"], ["-h"]])("requests help for %s", (flag) => {
    for (const command of commands) expect(readFlags(command, [flag]).wantsHelp).toBe(true);
  });
});

describe("readNumber", () => {
  it.each([["0"], ["65536"], ["80a"], ["1.5"], [""]])("refuses %j as a port", (port) => {
    const given = { values: new Map([["port", port]]) };

    expect(() => readNumber(given, "port", [1, 65_535])).toThrow(
      `--port takes a number from 1 to 65535, not "${port}".`,
    );
  });

  it("reads a number, and null for a missing flag", () => {
    expect(readNumber({ values: new Map([["port", "80"]]) }, "port", [1, 65_535])).toBe(80);
    expect(readNumber({ values: new Map() }, "port", [1, 65_535])).toBeNull();
  });
});

describe("showHelp", () => {
  it("describes every flag and variable of every command, within the terminal's width", () => {
    for (const command of commands) {
      const help = showHelp(command, { style: PLAIN, width: 60 });
      const names = [
        ...command.flags.map(({ name }) => `--${name}`),
        ...(command.environment ?? []).map(([name]) => name),
        "--help",
      ];
      for (const name of names) expect(help).toContain(name);
      for (const line of help.split("\n")) {
        expect(line.length <= 60 || !line.trim().includes(" ") || line.startsWith("Usage")).toBe(
          true,
        );
      }
    }
  });

  it("has a command for every npm script that is a program of this project", () => {
    const calls = commands.map(({ call }) => call.split(" ").at(-1));
    const programs = Object.entries(manifest.scripts)
      .filter(([name, script]) => /node .*\.ts$/.test(script) && takesFlags(name))
      .map(([name]) => name);

    expect(new Set(calls)).toEqual(new Set(programs));
  });

  it("names the state, how to reset it, and how to reach wrangler", () => {
    const help = showHelp(DEV, { style: PLAIN, width: 200 });

    expect(help).toContain(".edgewise/state");
    expect(help).toContain("rm -r .edgewise/state");
    expect(help).toContain("--wrangler");
    expect(help).toContain("LOG_LEVEL");
  });
});
