import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildSite } from "../site/build-site.ts";
import { readInventory } from "./inventory.ts";
import { makePlan, type Plan, VECTOR_INDEX } from "./plan.ts";
import { GeneratedSecrets, givenSecrets, type NewSecrets, withSecretsFile } from "./secrets.ts";
import type { Target } from "./target.ts";
import { DeployError, readOutput, type RunWrangler } from "./wrangler.ts";

/** Shows a step and its outcome, such as "created". */
type Report = (step: string, outcome: string) => void;

/** The tools of a deployment. */
export type DeployTools = {
  readonly run: RunWrangler;
  readonly report: Report;
};

/** A finished deployment. */
export type Deployed = {
  readonly url: string;
  /** The secrets that were generated and are to be shown once. */
  readonly generated: NewSecrets;
  /** The admin key, if it is known here. */
  readonly adminKey: string | null;
  /** Call it after the generated secrets were shown. */
  readonly forgetGenerated: () => void;
};

/**
 * Brings an account to the target: creates what is missing, uploads the Worker, and migrates the databases. Run again,
 * it changes nothing; after an interruption, it goes on. A database that exists is migrated before the Worker is
 * uploaded, so that no Worker meets tables that are older than it.
 */
export async function deployTarget(tools: DeployTools, target: Target): Promise<Deployed> {
  const { run, report } = tools;
  const inventory = await readInventory(run, target);
  const { account } = inventory;
  report("login", `${account.name} (${account.id})`);
  const plan = makePlan(target, inventory);
  await buildSite();
  await createIndexes(tools, target, plan);
  await createPlaces(tools, target, plan);
  const existing = plan.migrations.filter(({ database }) => !plan.databases.includes(database));
  await migrate(tools, target, existing);
  const kept = new GeneratedSecrets(`${account.id}.${target.worker}`);
  const generated = kept.generate(plan.secrets);
  const given = givenSecrets();
  const url = await upload(tools, target, { ...generated, ...given });
  const created = plan.migrations.filter(({ database }) => plan.databases.includes(database));
  await migrate(tools, target, created);
  return {
    url,
    generated,
    adminKey: given.ADMIN_KEY ?? generated.ADMIN_KEY ?? null,
    forgetGenerated: () => kept.forget(),
  };
}

async function createIndexes({ run, report }: DeployTools, target: Target, plan: Plan) {
  const { dimensions, metric } = VECTOR_INDEX;
  const create = async (step: string, args: readonly string[]) => {
    readOutput(`Creating the ${step}`, await run(["vectorize", ...args]));
    report(step, "created");
  };
  const work = target.indexes.map(async (index) => {
    const step = `vector index ${index}`;
    if (plan.indexes.includes(index)) {
      await create(step, ["create", index, `--dimensions=${dimensions}`, `--metric=${metric}`]);
    } else report(step, "found");
    for (const { property, type } of plan.metadata.filter((one) => one.index === index)) {
      const form = [`--propertyName=${property}`, `--type=${type}`];
      const args = ["create-metadata-index", index, ...form];
      await create(`metadata index ${property} of ${index}`, args);
    }
  });
  await Promise.all(work);
}

/**
 * Creates databases and buckets in their region or jurisdiction and queues in their jurisdiction, which the upload cannot
 * choose, and what a deployed Worker has lost: the upload takes its bindings over without a look. All else is created by
 * the first upload.
 */
async function createPlaces({ run, report }: DeployTools, target: Target, plan: Plan) {
  const { region, jurisdiction } = target.choices;
  const isPlaced = region !== null || jurisdiction !== null;
  if (plan.isFirst && !isPlaced) return;
  const hint = jurisdiction === null ? `--location=${region}` : `--jurisdiction=${jurisdiction}`;
  const place = isPlaced ? [hint] : [];
  const create = async (kind: string, name: string, command: readonly string[]) => {
    readOutput(`Creating the ${kind} ${name}`, await run([...command, name, ...place]));
    report(`${kind} ${name}`, isPlaced ? `created (${jurisdiction ?? region})` : "created");
  };
  for (const name of plan.databases) await create("database", name, ["d1", "create"]);
  for (const name of plan.buckets) await create("bucket", name, ["r2", "bucket", "create"]);
  if (plan.isFirst && jurisdiction === null) return;
  const inside = jurisdiction === null ? [] : [hint];
  for (const name of plan.queues) {
    readOutput(`Creating the queue ${name}`, await run(["queues", "create", name, ...inside]));
    report(`queue ${name}`, jurisdiction === null ? "created" : `created (${jurisdiction})`);
  }
}

async function migrate(
  { run, report }: DeployTools,
  target: Target,
  migrations: Plan["migrations"],
) {
  const work = migrations.map(async ({ database, binding, files }) => {
    const ended = await run(["d1", "migrations", "apply", binding, "--remote", ...target.flags]);
    readOutput(`Migrating the database ${database}`, ended);
    report(`database ${database}`, `migrated (${files.length} of its migrations)`);
  });
  await Promise.all(work);
}

/** Uploads the Worker, which creates the databases, buckets and queues that are missing, and returns its address. */
async function upload({ run, report }: DeployTools, target: Target, secrets: NewSecrets) {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-deploy-"));
  const log = join(folder, "output.ndjson");
  try {
    const deploy = async (more: readonly string[]) =>
      await run(["deploy", ...target.flags, ...more], { WRANGLER_OUTPUT_FILE_PATH: log });
    const ended =
      Object.keys(secrets).length === 0
        ? await deploy([])
        : await withSecretsFile(secrets, (path) => deploy([`--secrets-file=${path}`]));
    readOutput("Uploading the Worker", ended);
    const created = Array.from(
      ended.stdout.matchAll(/Creating new (.+?) "(\S+?)"/g),
      ([, kind = "", name = ""]) => `${kind} ${name}`,
    );
    for (const step of created) report(step, "created");
    const names = Object.keys(secrets);
    report(
      `Worker ${target.worker}`,
      names.length > 0 ? `uploaded, with ${names.join(", ")}` : "uploaded",
    );
    return findUrl(readFileSync(log, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Finds the address of the Worker in wrangler's log of its output. */
function findUrl(log: string): string {
  const entries = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line): { type?: string; targets?: string[] } => JSON.parse(line));
  const targets = entries.find(({ type }) => type === "deploy")?.targets ?? [];
  const found = targets.find((target) => /^https:\/\/|^[\w.-]+\.[a-z]+(?:\/|$| )/.test(target));
  if (found === undefined) {
    throw new DeployError(
      "The Worker is uploaded, but has no address. Register a workers.dev subdomain in the dashboard, or add a route to wrangler.toml, and run the command again.",
    );
  }
  const [address = ""] = found.split(/[ /*]+(?!\/)/).filter((part) => part.includes("."));
  return found.startsWith("https://") ? found : `https://${address}`;
}
