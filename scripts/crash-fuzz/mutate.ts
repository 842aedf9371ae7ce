import { readFile } from "node:fs/promises";

import type { Plugin } from "esbuild";

/**
 * The name of a safety rule: a rule in the kernel's code without which a crash could lose a run or cause an effect
 * twice.
 */
export type SafetyRule =
  | "only the lease that is held reports"
  | "a claim is on disk before its handler is called"
  | "an object that begins arms its alarm"
  | "an alarm sets the next one first"
  | "what kills its isolate is given up";

type Mutation = { readonly file: string; readonly rule: string; readonly without: string };

/** The text of each rule in the kernel's source, and the text that replaces it to break the rule. */
const MUTATIONS: Record<SafetyRule, Mutation> = {
  "only the lease that is held reports": {
    file: "src/kernel/ledger/run-ledger.ts",
    rule: `record?.state.phase === "claimed" && record.state.lease === lease`,
    without: `record?.state.phase === "claimed"`,
  },
  "a claim is on disk before its handler is called": {
    file: "src/kernel/engine/step-loop.ts",
    rule: "await ctx.storage.sync();",
    without: "",
  },
  "an object that begins arms its alarm": {
    file: "src/kernel/engine/step-kernel.ts",
    rule: "this.#transactions.run(() => recoverSteps(parts, this.#options.isLost));",
    // The line below, which wakes the loop for due work, is skipped too.
    without: "return;",
  },
  "an alarm sets the next one first": {
    file: "src/kernel/engine/dead-mans-alarm.ts",
    rule: "void storage.setAlarm(at);",
    without: "",
  },
  "what kills its isolate is given up": {
    file: "src/kernel/engine/step-loop.ts",
    rule: "state.attempt === 1 && !this.#isPureSynced",
    without: "true",
  },
};

/** The names of all safety rules of the kernel. */
export const SAFETY_RULES: readonly SafetyRule[] = [
  "only the lease that is held reports",
  "a claim is on disk before its handler is called",
  "an object that begins arms its alarm",
  "an alarm sets the next one first",
  "what kills its isolate is given up",
];

/**
 * Makes an esbuild plugin that removes a safety rule from the kernel's source, to show what goes wrong without the
 * rule. Fails unless the text of the rule occurs exactly once in its file.
 */
export function withoutRule(name: SafetyRule): Plugin {
  const { file, rule, without } = MUTATIONS[name];
  return {
    name: `without: ${name}`,
    setup(build) {
      const suffix = file.replaceAll(/[.\\/]/g, (character) =>
        character === "/" ? "[\\\\/]" : `\\${character}`,
      );
      let isFound = false;
      build.onEnd(() => {
        if (!isFound) throw new Error(`${file} is not in the bundle.`);
      });
      build.onLoad({ filter: new RegExp(`${suffix}$`) }, async ({ path }) => {
        const parts = (await readFile(path, "utf8")).split(rule);
        if (parts.length !== 2) {
          throw new Error(`"${rule}" occurs ${parts.length - 1} times in ${file}, not once.`);
        }
        isFound = true;
        return { contents: parts.join(without), loader: "ts" };
      });
    },
  };
}
