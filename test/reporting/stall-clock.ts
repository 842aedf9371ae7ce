/**
 * A thread beside the test runner. It ends the process when it hears of no progress for `limitSeconds`, also when the
 * runner's own event loop is blocked.
 */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const EXIT_SECONDS = 5;
const STDERR = 2;

const limitSeconds: number = workerData.limitSeconds;
let underWay = "the start of the run";
// Counted in ticks, so that a machine that sleeps does not end the run.
let silentSeconds = 0;

parentPort?.on("message", (message: string) => {
  underWay = message;
  silentSeconds = 0;
});
setInterval(() => {
  silentSeconds++;
  if (silentSeconds === limitSeconds) {
    writeSync(STDERR, `\nThe tests hang: no progress for ${limitSeconds} s in\n${underWay}\n`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
    parentPort?.postMessage("hangs");
  }
  if (silentSeconds === limitSeconds + EXIT_SECONDS) process.kill(process.pid, "SIGKILL");
}, 1_000);
