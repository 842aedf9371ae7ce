/** Holds a file with a secret while a wrangler command runs, as a deployment does, in the folder of its argument. */
import { cleanUpOnSignals } from "../../../scripts/deploy/cleanup.ts";
import { withSecretsFile } from "../../../scripts/deploy/secrets.ts";
import { wranglerWith } from "../../../scripts/deploy/wrangler.ts";

const [folder = ""] = process.argv.slice(2);
cleanUpOnSignals("Interrupted.");
await withSecretsFile(folder, { ADMIN_KEY: "secret-0123456789" }, async () => {
  await wranglerWith(process.env)(["whoami"]);
});
