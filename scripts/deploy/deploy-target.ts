import { readInventory } from "./inventory.ts";
import { makePlan, type Plan, VECTOR_INDEX } from "./plan.ts";
import {
  givenSecrets,
  type NewSecrets,
  REQUIRED_SECRETS,
  UnseenSecrets,
  withSecretsFile,
} from "./secrets.ts";
import type { Target } from "./target.ts";
import { allDone, type DeployTools, report } from "./tools.ts";
import { DeployError, readOutput } from "./wrangler.ts";

/** A finished deployment. */
export type Deployed = {
  readonly url: string;
  /** The secrets that were generated and are to be shown once. */
  readonly generated: NewSecrets;
  /** The admin key, if it is known here. */
  readonly adminKey: string | null;
  /** The secrets that are to be forgotten after they were shown. */
  readonly unseen: UnseenSecrets;
};

/**
 * Brings an account to the target: creates what is missing, uploads the Worker, and migrates the databases. Run again,
 * it changes nothing; after an interruption, it goes on. A database that exists is migrated before the Worker is
 * uploaded, so that no Worker meets tables that are older than it, also one that a running deployment gets in addition.
 */
export async function deployTarget(tools: DeployTools, target: Target): Promise<Deployed> {
  const inventory = await readInventory(tools, target);
  const { account } = inventory;
  report(tools, "login", `${account.name} (${account.id})`);
  const plan = makePlan(target, inventory);
  reportFound(tools, target, plan);
  await tools.buildSite();
  report(tools, "static files", "built");
  await createIndexes(tools, target, plan);
  await createPlaces(tools, target, plan);
  const isLate = ({ database }: Plan["migrations"][number]) =>
    isMadeByUpload(target, plan) && plan.databases.includes(database);
  const early = plan.migrations.filter((one) => !isLate(one));
  await migrate(tools, target, early);
  const unseen = new UnseenSecrets(tools.secretsFolder, `${account.id}.${target.worker}`);
  const generated = unseen.generate(plan.secrets, tools.environment, tools.generateSecret);
  const given = givenSecrets(tools.environment);
  const url = await upload(tools, target, { ...generated, ...given });
  await migrate(tools, target, plan.migrations.filter(isLate));
  if (plan.migrations.length === 0) report(tools, "migrations", "found in all databases");
  return {
    url,
    generated,
    adminKey: given.ADMIN_KEY ?? generated.ADMIN_KEY ?? null,
    unseen,
  };
}

/** Says which parts the account has. What is missing is reported when it is made. */
function reportFound(tools: DeployTools, target: Target, plan: Plan): void {
  const metadata = target.indexes.flatMap((index) =>
    VECTOR_INDEX.metadata.map(({ property }) => `${property} of ${index}`),
  );
  const parts: [kind: string, wanted: readonly string[], missing: readonly string[]][] = [
    ["vector index", target.indexes, plan.indexes],
    ["metadata index", metadata, plan.metadata.map((one) => `${one.property} of ${one.index}`)],
    ["database", target.databases.map(({ name }) => name), plan.databases],
    ["bucket", target.buckets, plan.buckets],
    ["queue", target.queues, plan.queues],
    ["secret", REQUIRED_SECRETS, plan.secrets],
  ];
  for (const [kind, wanted, missing] of parts) {
    const found = wanted.filter((name) => !missing.includes(name));
    for (const name of found) report(tools, `${kind} ${name}`, "found");
  }
}

async function createIndexes(tools: DeployTools, target: Target, plan: Plan) {
  const { dimensions, metric } = VECTOR_INDEX;
  const create = async (step: string, args: readonly string[]) => {
    readOutput(`Creating the ${step}`, await tools.run(["vectorize", ...args]));
    report(tools, step, "created");
  };
  const work = target.indexes.map(async (index) => {
    if (plan.indexes.includes(index)) {
      const form = [`--dimensions=${dimensions}`, `--metric=${metric}`];
      await create(`vector index ${index}`, ["create", index, ...form]);
    }
    for (const { property, type } of plan.metadata.filter((one) => one.index === index)) {
      const form = [`--propertyName=${property}`, `--type=${type}`];
      const args = ["create-metadata-index", index, ...form];
      await create(`metadata index ${property} of ${index}`, args);
    }
  });
  await allDone(work);
}

/** Returns true if the upload creates what is missing: the first one, where it has no place to be in. */
const isMadeByUpload = ({ choices }: Target, { isFirst }: Plan): boolean =>
  isFirst && choices.region === null && choices.jurisdiction === null;

/**
 * Creates databases and buckets in their region or jurisdiction and queues in their jurisdiction, which the upload cannot
 * choose, and what a deployed Worker has lost: the upload takes its bindings over without a look. All else is created by
 * the first upload.
 */
async function createPlaces(tools: DeployTools, target: Target, plan: Plan) {
  if (isMadeByUpload(target, plan)) return;
  const { region, jurisdiction } = target.choices;
  const isPlaced = region !== null || jurisdiction !== null;
  const hint = jurisdiction === null ? `--location=${region}` : `--jurisdiction=${jurisdiction}`;
  const place = isPlaced ? [hint] : [];
  const create = async (kind: string, name: string, command: readonly string[]) => {
    readOutput(`Creating the ${kind} ${name}`, await tools.run([...command, name, ...place]));
    report(tools, `${kind} ${name}`, isPlaced ? `created (${jurisdiction ?? region})` : "created");
  };
  for (const name of plan.databases) await create("database", name, ["d1", "create"]);
  for (const name of plan.buckets) await create("bucket", name, ["r2", "bucket", "create"]);
  if (plan.isFirst && jurisdiction === null) return;
  const inside = jurisdiction === null ? [] : [hint];
  for (const name of plan.queues) {
    const command = ["queues", "create", name, ...inside];
    readOutput(`Creating the queue ${name}`, await tools.run(command));
    report(tools, `queue ${name}`, jurisdiction === null ? "created" : `created (${jurisdiction})`);
  }
}

async function migrate(tools: DeployTools, target: Target, migrations: Plan["migrations"]) {
  const work = migrations.map(async ({ database, binding, files }) => {
    const ended = await tools.run([
      "d1",
      "migrations",
      "apply",
      binding,
      "--remote",
      ...target.flags,
    ]);
    readOutput(`Migrating the database ${database}`, ended);
    report(tools, `database ${database}`, `migrated (${files.length} of its migrations)`);
  });
  await allDone(work);
}

/** Uploads the Worker, which creates the databases, buckets and queues that are missing, and returns its address. */
async function upload(tools: DeployTools, target: Target, secrets: NewSecrets) {
  const names = Object.keys(secrets);
  const deploy = async (more: readonly string[]) =>
    await tools.run(["deploy", ...target.flags, ...more]);
  const ended =
    names.length === 0
      ? await deploy([])
      : await withSecretsFile(tools.secretsFolder, secrets, (path) =>
          deploy([`--secrets-file=${path}`]),
        );
  for (const [, kind, name] of ended.stdout.matchAll(/Creating new (.+?) "(\S+?)"/g)) {
    report(tools, `${kind} ${name}`, "created");
  }
  readOutput("Uploading the Worker", ended);
  const size = /gzip: (\d+)[.\d]* KiB/.exec(ended.stdout)?.[1];
  const uploaded = size === undefined ? "uploaded" : `uploaded (${size} KiB gzipped)`;
  const secretNames = names.length > 0 ? `, with ${names.join(", ")}` : "";
  report(tools, `Worker ${target.worker}`, uploaded + secretNames);
  return findUrl(ended.results);
}

/** Finds the address of the Worker in wrangler's results. */
function findUrl(results: string): string {
  const entries = results
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
