import { GULLIBLE_CLAIMS } from "./gullible-claims.ts";
import type { Step } from "./model-step.ts";

const says =
  (...sentences: readonly string[]) =>
  (): Step[] => [{ text: sentences.join(" ") }, { finish: "stop" }];

/** Scripts of a model that writes what its passages do not say, and cites them. */
export const GULLIBLE_SCRIPTS: Readonly<Record<string, () => Step[]>> = {
  /** A claim about a document, true or false, that cites the first passage. */
  ...Object.fromEntries(GULLIBLE_CLAIMS.map(({ script, claim }) => [script, says(`${claim} [1]`)])),
  /** A true claim, one that its passage contradicts, and one that nothing supports. */
  "says-mixed": says(
    "The rules are: The notice period is 30 days. [1]",
    "The notice period is 60 days. [1]",
    "Whales sing in the deep ocean. [1]",
  ),
  /** Knows the answer without the documents. */
  remembers: says("William Shakespeare wrote Hamlet."),
  /** Writes in German about English passages, so that the rules are not sure. */
  "says-german": says(
    "So ist es:\nDie Frist für eine Kündigung ist 30 Tage. [1]",
    "So ist das mit dem Urlaub: 28 Tage. [1]",
  ),
  "says-german-refused": says("Die Frist für eine Kündigung ist abgelehnt 30 Tage. [1]"),
  "says-german-unclear": says("Die Frist für eine Kündigung ist wohl unklar 30 Tage. [1]"),
  "says-german-broken": says("Die Frist für eine Kündigung ist kaputt 30 Tage. [1]"),
  "says-german-late": says("Die Frist für eine Kündigung ist langsam 30 Tage. [1]"),
};

const FOREVER_MS = 600_000;

/** Judges pairs of a claim and a passage. Words in the claims decide what it says, and whether it fails. */
export function judgePairs(pairs: string): Step[] {
  if (pairs.includes("kaputt")) return [{ status: 400 }];
  if (pairs.includes("langsam")) return [{ waitMs: FOREVER_MS }];
  const verdicts = pairs
    .split("\n")
    .map((pair, at) => `${at + 1} ${pair.includes("abgelehnt") ? "no" : "yes"}`);
  return [{ text: verdicts.join("\n") }, { finish: "stop" }];
}
