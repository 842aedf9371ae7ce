/** `npm run corpus:add`: gives the deployment one more database for the texts of files. */
import { readFileSync, writeFileSync } from "node:fs";

import { readOutput, wranglerWith } from "./deploy/wrangler.ts";
import { readCommandLine, runCommand, showNextSteps } from "./local/command-line.ts";
import { CORPUS_ADD } from "./local/commands.ts";
import { addCorpus } from "./operations/add-corpus.ts";

const CONFIG = "wrangler.toml";

readCommandLine(CORPUS_ADD, () => null);

await runCommand(async () => {
  const { binding, text } = addCorpus(readFileSync(CONFIG, "utf8"));
  writeFileSync(CONFIG, text);
  const types = await wranglerWith(process.env)(["types", "--include-runtime=false"]);
  readOutput("Writing the types of the bindings", types);
  console.log(`${binding} is in ${CONFIG}, in both editions, and in worker-configuration.d.ts.`);
  console.log(
    showNextSteps([
      ["npm run deploy", "Creates and migrates the database, and gives it to the Worker."],
      ["npm run dev", "Does the same on this machine; restart it if it runs."],
      ["git commit --all", "Files are stored there from now on, so keep the binding for good."],
    ]),
  );
});
