/** `npm run reconcile -- URL`: brings the copies of every vector store in line after a restore. */
import { outputStyle, readCommandLine, runCommand } from "./local/command-line.ts";
import { type Given, UsageError } from "./local/flags.ts";
import { readServiceUrl } from "./local/service-url.ts";
import { RECONCILE } from "./local/test-commands.ts";
import { reconcileStores, type ReconcileTarget } from "./operations/reconcile-stores.ts";

const { green, bold } = outputStyle;
const target = readCommandLine(RECONCILE, readTarget);

await runCommand(async () => {
  let stores = 0;
  for await (const { projectId, storeId, counts } of reconcileStores(target)) {
    const changes = Object.entries(counts).filter(([, files]) => files > 0);
    const shown = changes.map(([kind, files]) => `${files} ${kind}`).join(", ");
    console.log(`${green("✓")} ${bold(storeId)} of ${projectId}: ${shown || "no files"}`);
    stores++;
  }
  console.log(
    `${stores} vector stores were reconciled. Files that are indexed again may be in progress.`,
  );
});

function readTarget({ operands, values }: Given): ReconcileTarget {
  const [address, ...others] = operands;
  const adminKey = process.env["ADMIN_KEY"] ?? "";
  if (address === undefined || adminKey === "" || others.length > 0) {
    throw new UsageError(
      "npm run reconcile needs the URL of a service, and the admin key in the variable ADMIN_KEY: `npm run reconcile -- URL`.",
    );
  }
  const files = values.has("all") ? "all" : "different";
  return { url: readServiceUrl(address), adminKey, files };
}
