import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { drawAutoscaling } from "./docs/autoscaling/draw-autoscaling.ts";

/**
 * `npm run docs:autoscaling`: simulates the lane default and writes docs/autoscaling.svg again, after a change of the
 * lane's rules. With `--check`, only compares it, and ends with code 1 if it differs.
 */
const picture = fileURLToPath(new URL("../docs/autoscaling.svg", import.meta.url).href);
const drawn = drawAutoscaling();
if (!process.argv.includes("--check")) writeFileSync(picture, drawn);
else if (readFileSync(picture, "utf8") !== drawn) {
  console.error("docs/autoscaling.svg is not what the rules give: run npm run docs:autoscaling.");
  process.exitCode = 1;
}
