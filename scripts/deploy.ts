/** `npm run deploy`: brings a Cloudflare account to the deployed service, and says what it did. */
import { cleanUpOnSignals } from "./deploy/cleanup.ts";
import { readOrder, runDeployment } from "./deploy/run-deployment.ts";
import { OWN_TOOLS } from "./deploy/tools.ts";
import { DeployError } from "./deploy/wrangler.ts";
import { errorStyle, readCommandLine } from "./local/command-line.ts";
import { DEPLOY } from "./local/commands.ts";

const order = readCommandLine(DEPLOY, readOrder);
cleanUpOnSignals("Interrupted. What was done until now stays; run the command again to go on.");

try {
  process.exitCode = await runDeployment(OWN_TOOLS, order);
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(errorStyle.red(error.message));
  process.exitCode = 1;
}
