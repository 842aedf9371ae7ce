/** `npm run -s dev:key`: prints the development key alone, for scripts. */
import { readCommandLine } from "./local/command-line.ts";
import { DEV_KEY } from "./local/commands.ts";
import { readSecrets, stateFolder } from "./local/state-folder.ts";

try {
  const folder = readCommandLine(DEV_KEY, stateFolder);
  const secrets = readSecrets(folder);
  if (!secrets) throw new Error(`There is no key in ${folder} yet. \`npm run dev\` makes one.`);
  console.log(secrets.apiKey);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
