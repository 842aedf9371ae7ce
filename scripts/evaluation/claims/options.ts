import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Given, readNumber, UsageError } from "../../local/flags.ts";
import { FALSE_KINDS, type Half, HALVES } from "./claim.ts";
import { CLAIM_COLLECTIONS } from "./sources/read-sources.ts";

const FOLDER = "../shared/eval";
const KINDS = [...FALSE_KINDS, "human", "edited"] as const;
/** The options of `npm run eval:claims`. */
export type ClaimOptions = {
  /** The folder that has a folder for each test collection. */
  readonly folder: string;
  readonly halves: readonly Half[];
  /** The wordings of the tuning half: its own, or those that stand in for the kept half. */
  readonly wordings: "own" | "fresh";
  readonly seed: string;
  /** Number of wrongly judged claims to print at most, in place of the table; 0 for the table. */
  readonly show: number;
  /** The only kind of claims to print. */
  readonly kind: string | undefined;
  readonly json: boolean;
  /** The SVG file to which the reliability of the confidence is drawn; null for none. */
  readonly picture: string | null;
};

/**
 * Reads the options of `npm run eval:claims`. Throws a `UsageError` for a wrong one, for claims of the kept half that
 * somebody wants to read, and if a test collection is missing.
 */
export function readClaimOptions(given: Given): ClaimOptions {
  const { values, operands } = given;
  const folder = operands[0] ?? FOLDER;
  const missing = CLAIM_COLLECTIONS.filter((name) => !existsSync(join(folder, name)));
  const half = values.get("half");
  const kind = values.get("kind");
  const show = readNumber(given, "show", [1, 1_000]) ?? 0;
  if (half !== undefined && !isHalf(half)) {
    throw new UsageError(`--half takes tuning or kept, not "${half}".`);
  }
  if (kind !== undefined && !KINDS.some((known) => known === kind)) {
    throw new UsageError(`--kind takes one of ${KINDS.join(", ")}, not "${kind}".`);
  }
  if (show > 0 && half === "kept") {
    throw new UsageError(
      "--show prints claims of the tuning half only: a half whose claims were read measures nothing.",
    );
  }
  if (values.has("fresh") && half === "kept") {
    throw new UsageError("--fresh takes the articles of the tuning half, not of the kept one.");
  }
  if (missing.length > 0) {
    throw new UsageError(
      `${resolve(folder)} lacks ${missing.join(", ")}. The claims are made of mtRAG (IBM/mt-rag-benchmark), SQuAD 2.0, ` +
        "XQuAD (de, zh, th) and a handbook, in the layout of `npm run eval` with a folder for each: see " +
        "docs/evaluation.md. Name their folder: `npm run eval:claims -- <folder>`.",
    );
  }
  return {
    folder,
    halves: show > 0 || values.has("fresh") ? ["tuning"] : half === undefined ? HALVES : [half],
    wordings: values.has("fresh") ? "fresh" : "own",
    seed: values.get("seed") ?? "1",
    show,
    kind,
    json: values.has("json"),
    picture: values.get("picture") ?? null,
  };
}

function isHalf(text: string): text is Half {
  return HALVES.some((half) => half === text);
}
