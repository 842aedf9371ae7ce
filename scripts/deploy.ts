import { deployTarget } from "./deploy/deploy-target.ts";
import { createFirstProject, untilHealthy } from "./deploy/first-project.ts";
import { readInventory } from "./deploy/inventory.ts";
import { readPlace } from "./deploy/places.ts";
import { describePlan, makePlan } from "./deploy/plan.ts";
import { type Choices, NAME_DEFAULT, type Target, withTarget } from "./deploy/target.ts";
import { DeployError, runWrangler } from "./deploy/wrangler.ts";
/** `npm run deploy`: brings a Cloudflare account to the deployed service, and says what it did. */
import { errorStyle, outputStyle, readCommandLine } from "./local/command-line.ts";
import { DEPLOY } from "./local/commands.ts";

const { choices, onlyChecks, address } = readCommandLine(DEPLOY, ({ values }) => ({
  choices: {
    edition: values.has("embedded") ? "embedded" : "production",
    name: values.get("name") ?? NAME_DEFAULT,
    ...readPlace(values),
  } satisfies Choices,
  onlyChecks: values.has("check"),
  address: values.get("url")?.replace(/\/$/, "") ?? null,
}));

try {
  process.exitCode = await withTarget(choices, onlyChecks ? check : deploy);
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(errorStyle.red(error.message));
  process.exitCode = 1;
}

async function check(target: Target): Promise<number> {
  const inventory = await readInventory(runWrangler, target);
  const missing = describePlan(makePlan(target, inventory));
  const { account } = inventory;
  console.log(`Account: ${account.name} (${account.id})`);
  if (missing.length === 0) console.log("Nothing is missing.");
  else
    console.log(
      ["Missing, and made by npm run deploy:", ...missing.map((one) => `  ${one}`)].join("\n"),
    );
  return missing.length === 0 ? 0 : 1;
}

function report(step: string, outcome: string): void {
  console.log(`${step}: ${outcome}`);
}

async function deploy(target: Target): Promise<number> {
  const deployed = await deployTarget({ run: runWrangler, report }, target);
  const url = address ?? deployed.url;
  await untilHealthy(url);
  report("health", `${url}/health answers`);
  const { answering, embedding } = target.models;
  report("models", `${answering.join(", then ")} to answer; ${embedding.join(", then ")} to embed`);
  const { adminKey, generated } = deployed;
  const key = adminKey === null ? null : await createFirstProject(url, adminKey);
  for (const [name, value] of Object.entries(generated)) {
    console.log(`\n${name}=${value}\n  Keep it: it is shown only now.`);
  }
  deployed.forgetGenerated();
  if (key !== null) {
    console.log(`\nThe first project is made. Its key, shown only now: ${key}`);
    console.log(
      `\n  curl ${url}/v1/responses -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"input": "Hello"}'`,
    );
  } else if (adminKey === null) {
    console.log(
      outputStyle.dim(
        "\nProjects are left as they are. With ADMIN_KEY in the environment, a first one is made where there is none.",
      ),
    );
  }
  console.log(`\n${url}/docs shows the API.`);
  return 0;
}
