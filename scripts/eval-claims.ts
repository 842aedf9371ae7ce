/** `npm run eval:claims`: measures how the rules for citations judge true and false claims of test collections. */
import { writeFileSync } from "node:fs";

import { isTrue } from "./evaluation/claims/claim.ts";
import { makeClaims } from "./evaluation/claims/make-claims.ts";
import {
  printClaims,
  printMisjudged,
  printReliability,
} from "./evaluation/claims/measures/claims-report.ts";
import {
  isMisjudged,
  judgeClaims,
  judgeStray,
  type JudgedClaim,
} from "./evaluation/claims/measures/judge-claims.ts";
import { listMissedGoals, measureClaims } from "./evaluation/claims/measures/measure-claims.ts";
import { measureReliability } from "./evaluation/claims/measures/measure-reliability.ts";
import { measureTime } from "./evaluation/claims/measures/measure-time.ts";
import { readClaimOptions } from "./evaluation/claims/options.ts";
import { readClaimSources } from "./evaluation/claims/sources/read-sources.ts";
import { drawReliability } from "./evaluation/reliability/draw-reliability.ts";
import { readCommandLine, runCommand } from "./local/command-line.ts";
import { EVAL_CLAIMS } from "./local/test-commands.ts";

const PICTURE = {
  title: "Confidence of answers",
  share: "supported",
  note: "Measured by npm run eval:claims, with answers of the tuning half. docs/evaluation.md has the conditions.",
};

await runCommand(async () => {
  const options = readCommandLine(EVAL_CLAIMS, readClaimOptions);
  const { seed, wordings } = options;
  const claims = makeClaims(readClaimSources(options.folder), seed, undefined, wordings);
  const judged = judgeClaims(claims.filter(({ half }) => options.halves.includes(half)));
  if (options.show > 0) {
    const misjudged = judged
      .filter(isMisjudged)
      .filter(({ claim }) => options.kind === undefined || claim.kind === options.kind);
    return printMisjudged(misjudged.slice(0, options.show));
  }
  const measured = options.halves.map((half) => ({
    half,
    measures: measureClaims(judged.filter(({ claim }) => claim.half === half)),
  }));
  // The rates in the confidence are set with the tuning half, so only that half has a picture of it.
  const reliability = options.halves.includes("tuning")
    ? measureReliability(poolTuning(judged), options.seed)
    : null;
  if (reliability && options.picture !== null) {
    writeFileSync(options.picture, drawReliability(reliability, PICTURE));
  }
  const ms = measureTime(claims.filter(isTrue));
  const missed = measured.flatMap(({ half, measures }) =>
    listMissedGoals(measures).map((goal) => `${half} half: ${goal}`),
  );
  if (options.json) console.log(JSON.stringify({ measured, reliability, ms, missed }, null, 2));
  else {
    for (const { half, measures } of measured)
      printClaims(wordings === "fresh" ? `${half} half, fresh wordings` : `${half} half`, measures);
    if (reliability) printReliability(reliability);
    console.log(`\n100 sentences are verified in ${ms.toFixed(1)} ms of CPU`);
    for (const goal of missed) console.log(`missed: ${goal}`);
  }
  if (missed.length > 0) process.exitCode = 1;
});

function poolTuning(judged: readonly JudgedClaim[]) {
  const tuning = judged.filter(({ claim }) => claim.half === "tuning");
  return {
    true: tuning.filter(({ claim }) => isTrue(claim)),
    false: tuning.filter(({ claim }) => !isTrue(claim)),
    stray: judgeStray(tuning.map(({ claim }) => claim)),
  };
}
