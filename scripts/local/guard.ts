/**
 * Leads the process group in which wrangler and workerd run, and ends it when the process that
 * started it is gone: a killed parent cannot say goodbye, but its end of our standard input closes.
 * Without it a SIGKILL would leave a workerd on the port.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const wrangler = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "inherit"],
});
wrangler.on("exit", (code, signal) => {
  process.exit(code ?? (signal ? 128 + constants.signals[signal] : 1));
});

// Signals reach the whole group; we stay until wrangler has ended.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const endGroup = () => process.kill(0, "SIGKILL");
process.stdin.on("close", endGroup);
process.stdin.on("error", endGroup);
process.stdin.resume();
