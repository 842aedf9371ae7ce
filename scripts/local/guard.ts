/**
 * Leads the process group of wrangler and workerd, and ends it when the parent process is gone. A killed parent cannot
 * signal its end, but its end of the standard input closes. Without this guard, a SIGKILL of the parent would leave a
 * workerd on the port.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const wrangler = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "inherit"],
});
wrangler.on("exit", (code, signal) => {
  process.exit(code ?? (signal ? 128 + constants.signals[signal] : 1));
});

// Signals reach the whole group. This process stays until wrangler has ended.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

const endGroup = () => process.kill(0, "SIGKILL");
process.stdin.on("close", endGroup);
process.stdin.on("error", endGroup);
process.stdin.resume();
