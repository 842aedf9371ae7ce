/** `npm run -s dev:key`: prints the development key alone, for scripts. */
import { readServiceFlags } from "./local/flags.ts";
import { readSecrets, stateFolder } from "./local/state-folder.ts";

try {
  const folder = stateFolder(readServiceFlags(process.argv.slice(2)).persistTo);
  const secrets = readSecrets(folder);
  if (!secrets) throw new Error(`There is no key in ${folder} yet; \`npm run dev\` makes one.`);
  console.log(secrets.apiKey);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
