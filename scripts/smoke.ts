/** `npm run smoke -- URL KEY`: tries a deployment with a document of its own, and prints what works. */
import { outputStyle, readCommandLine } from "./local/command-line.ts";
import { type Given, UsageError } from "./local/flags.ts";
import { readServiceUrl } from "./local/service-url.ts";
import { SMOKE } from "./local/test-commands.ts";
import { smoke } from "./smoke/smoke.ts";

const { green, red, yellow, bold } = outputStyle;
const { url, apiKey } = readCommandLine(SMOKE, readOptions);
let faults = 0;
let notes = 0;
for await (const { part, fault, found, note } of smoke(url, apiKey)) {
  if (fault === null) console.log(`${green("✓")} ${bold(part)}: ${found}`);
  else console.log(`${red("✗")} ${bold(part)}: ${fault.replaceAll(apiKey, "(the key)")}`);
  if (note !== null) console.log(`  ${yellow("!")} ${note}`);
  if (fault !== null) faults++;
  if (note !== null) notes++;
}
console.log(summarize());
process.exit(faults === 0 ? 0 : 1);

function summarize(): string {
  if (faults > 0) return red("The deployment does not work as it should.");
  return notes > 0
    ? yellow("The deployment works, with a stand-in.")
    : green("The deployment works.");
}

function readOptions({ operands }: Given) {
  const [address, apiKeyGiven, ...others] = operands;
  const key = apiKeyGiven ?? process.env["EDGEWISE_API_KEY"] ?? "";
  if (address === undefined || key === "" || others.length > 0) {
    throw new UsageError(
      "npm run smoke needs the URL of a service and a key of a project: `npm run smoke -- URL KEY`.",
    );
  }
  return { url: readServiceUrl(address), apiKey: key };
}
