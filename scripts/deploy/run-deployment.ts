import { outputStyle } from "../local/command-line.ts";
import type { Given } from "../local/flags.ts";
import { deployTarget } from "./deploy-target.ts";
import { createFirstProject, untilHealthy } from "./first-project.ts";
import { readInventory } from "./inventory.ts";
import { readPlace } from "./places.ts";
import { describePlan, makePlan } from "./plan.ts";
import { type Choices, NAME_DEFAULT, type Target, withTarget } from "./target.ts";
import { type DeployTools, report } from "./tools.ts";

/** The order of an operator: the flags of `npm run deploy`. */
export type Order = {
  readonly choices: Choices;
  readonly onlyChecks: boolean;
  /** Address of the service, if it has one of its own. */
  readonly address: string | null;
};

/** Reads the order from the flags. Throws a `UsageError` about a value that does not exist. */
export const readOrder = ({ values }: Pick<Given, "values">): Order => ({
  choices: {
    edition: values.has("embedded") ? "embedded" : "production",
    name: values.get("name") ?? NAME_DEFAULT,
    ...readPlace(values),
  },
  onlyChecks: values.has("check"),
  address: values.get("url")?.replace(/\/$/, "") ?? null,
});

/**
 * Carries out the order, and returns the exit code of the command. Throws a `DeployError` about what the operator has to
 * do first.
 */
export async function runDeployment(tools: DeployTools, order: Order): Promise<number> {
  const { choices, onlyChecks, address } = order;
  return await withTarget(choices, (target) =>
    onlyChecks ? check(tools, target) : deploy(tools, target, address),
  );
}

async function check(tools: DeployTools, target: Target): Promise<number> {
  const inventory = await readInventory(tools, target);
  const missing = describePlan(makePlan(target, inventory));
  const { account } = inventory;
  tools.print(`Account: ${account.name} (${account.id})`);
  if (missing.length === 0) tools.print("Nothing is missing.");
  else {
    const lines = missing.map((one) => `  ${one}`);
    tools.print(["Missing, and made by npm run deploy:", ...lines].join("\n"));
  }
  return missing.length === 0 ? 0 : 1;
}

async function deploy(tools: DeployTools, target: Target, address: string | null): Promise<number> {
  const { url: deployedUrl, adminKey, generated, unseen } = await deployTarget(tools, target);
  const url = address ?? deployedUrl;
  await untilHealthy(url, tools.healthTimeoutMs);
  report(tools, "health", `${url}/health answers`);
  const { answering, embedding } = target.models;
  const models = `${answering.join(", then ")} to answer; ${embedding.join(", then ")} to embed`;
  report(tools, "models", models);
  const key = adminKey === null ? null : await createFirstProject({ url, adminKey }, unseen);
  if (adminKey !== null && key === null) report(tools, "first project", "found");
  for (const [name, value] of Object.entries(generated)) {
    tools.print(`\n${name}=${value}\n  Keep it: it is shown only now.`);
  }
  if (key !== null) {
    tools.print(`\nThe first project is made. Its key, shown only now: ${key}`);
    tools.print(
      `\n  curl ${url}/v1/responses -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '{"input": "Hello"}'`,
    );
  } else if (adminKey === null) {
    const note =
      "\nProjects are left as they are. With ADMIN_KEY in the environment, a first one is made where there is none.";
    tools.print(outputStyle.dim(note));
  }
  unseen.forget();
  tools.print(`\n${url}/console/ is the console: sign in with a key. ${url}/docs shows the API.`);
  return 0;
}
