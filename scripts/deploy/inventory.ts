import { readdirSync } from "node:fs";

import { z } from "zod";

import { type Placed, readQueueTable } from "./places.ts";
import type { Target } from "./target.ts";
import { allDone, type DeployTools } from "./tools.ts";
import {
  DeployError,
  type Ended,
  isUnreachable,
  readJson,
  readOutput,
  type RunWrangler,
} from "./wrangler.ts";

/** A vector index of the account. */
type FoundIndex = {
  readonly name: string;
  readonly dimensions: number;
  readonly metric: string;
  /** The properties by which it can be filtered. */
  readonly metadata: readonly string[];
};

/** The account that is deployed to. */
type Account = { readonly id: string; readonly name: string };

/** The parts of a target that the account has. */
export type Inventory = {
  readonly account: Account;
  /** Applied migrations by database; null for a database that does not exist. */
  readonly databases: ReadonlyMap<string, readonly string[] | null>;
  readonly buckets: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  /** The databases and queues that exist, with their jurisdictions. */
  readonly places: readonly Placed[];
  readonly indexes: ReadonlyMap<string, FoundIndex>;
  /** Names of the Worker's secrets; null if there is no such Worker. */
  readonly secrets: ReadonlySet<string> | null;
};

const WhoAmI = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
const Named = z.array(z.object({ name: z.string() }));
const Databases = z.array(z.object({ name: z.string(), jurisdiction: z.string().nullish() }));
const Rows = z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) }));
const Indexes = z.array(
  z.object({ name: z.string(), config: z.object({ dimensions: z.number(), metric: z.string() }) }),
);
const MetadataIndexes = z.array(z.object({ propertyName: z.string() }));

type InventoryTools = Pick<DeployTools, "run" | "environment">;

/** Reads the account of the login. Throws a `DeployError` that says how to log in, or which account to choose. */
async function readLogin({ run, environment }: InventoryTools): Promise<Account> {
  const ended = await run(["whoami", "--json"]);
  if (isUnreachable(ended)) readOutput("Reading the login", ended);
  const read = WhoAmI.safeParse(ended.code === 0 ? readJson("Reading the login", ended) : null);
  if (!read.success || !read.data.loggedIn) {
    throw new DeployError(
      "You are not logged in to Cloudflare. Log in with: npx wrangler login\nOr set CLOUDFLARE_API_TOKEN to a token with the permissions that docs/deploy.md lists.",
    );
  }
  const { accounts } = read.data;
  const chosen = environment["CLOUDFLARE_ACCOUNT_ID"];
  const [account] = chosen ? accounts.filter(({ id }) => id === chosen) : accounts;
  if (chosen && !account) {
    throw new DeployError(
      `The login does not reach the account ${chosen}, which CLOUDFLARE_ACCOUNT_ID names.`,
    );
  }
  if (!account)
    throw new DeployError("The login reaches no account. Log in again: npx wrangler login");
  if (!chosen && accounts.length > 1) {
    const list = accounts.map(({ id, name }) => `  CLOUDFLARE_ACCOUNT_ID=${id}   ${name}`);
    throw new DeployError(`The login reaches several accounts. Set one of:\n${list.join("\n")}`);
  }
  return account;
}

/** Reads which parts of the target exist. Changes nothing. */
export async function readInventory(tools: InventoryTools, target: Target): Promise<Inventory> {
  const account = await readLogin(tools);
  const { run } = tools;
  const reads = [
    readDatabases(run, target),
    readBuckets(run, target),
    readQueues(run, target),
    readIndexes(run, target),
    readSecretNames(run, target),
  ] as const;
  await Promise.allSettled(reads);
  const [databases, buckets, queues, indexes, secrets] = await Promise.all(reads);
  return {
    account,
    databases: databases.migrations,
    buckets,
    queues: new Set(queues.map(({ name }) => name)),
    places: [...databases.places, ...queues],
    indexes,
    secrets,
  };
}

async function readDatabases(run: RunWrangler, { databases, flags }: Target) {
  const listed = Databases.parse(
    readJson("Listing the databases", await run(["d1", "list", "--json"])),
  );
  const known = new Map(listed.map(({ name, jurisdiction }) => [name, jurisdiction ?? null]));
  const places = databases.flatMap(({ name }): Placed[] => {
    const jurisdiction = known.get(name);
    return jurisdiction === undefined ? [] : [{ kind: "database", name, jurisdiction }];
  });
  const entries = databases.map(async ({ name, migrations }) => {
    if (!known.has(name)) return [name, null] as const;
    return [name, migrations === null ? [] : await readMigrations(run, name, flags)] as const;
  });
  return { migrations: new Map(await allDone(entries)), places };
}

/** Reads the applied migrations. A database with other tables belongs to something else. */
async function readMigrations(run: RunWrangler, name: string, flags: readonly string[]) {
  const query = async (command: string) => {
    const form = ["--remote", "--json", `--command=${command}`];
    return await run(["d1", "execute", name, ...form, ...flags]);
  };
  const read = (ended: Ended) =>
    (Rows.parse(readJson(`Reading the database ${name}`, ended))[0]?.results ?? []).map((row) =>
      String(row["name"]),
    );
  const migrations = await query("SELECT name FROM d1_migrations ORDER BY id");
  const hasTable = !/no such table/.test(migrations.stdout + migrations.stderr);
  if (hasTable) return read(migrations);
  const tables = read(
    await query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
    ),
  );
  if (tables.length === 0) return [];
  throw new DeployError(
    `The account has a database ${name} that is not Edgewise's: it has the tables ${tables.slice(0, 5).join(", ")}. Deploy under another name: npm run deploy -- --name NAME`,
  );
}

async function readBuckets(run: RunWrangler, { buckets, choices }: Target) {
  const place = choices.jurisdiction === null ? [] : [`--jurisdiction=${choices.jurisdiction}`];
  const text = readOutput("Listing the buckets", await run(["r2", "bucket", "list", ...place]));
  const names = Array.from(text.matchAll(/^name:\s+(\S+)/gm), ([, name]) => name);
  return new Set(buckets.filter((bucket) => names.includes(bucket)));
}

async function readQueues(run: RunWrangler, { queues }: Target) {
  const known: Placed[] = [];
  for (let page = 1; ; page++) {
    const text = readOutput("Listing the queues", await run(["queues", "list", `--page=${page}`]));
    const found = readQueueTable(text);
    for (const [name, jurisdiction] of found) {
      if (queues.includes(name)) known.push({ kind: "queue", name, jurisdiction });
    }
    // A page of wrangler's table has at most 100 rows; an empty one has no id.
    if (!/[0-9a-f]{32}/.test(text) || known.length === queues.length) return known;
  }
}

async function readIndexes(run: RunWrangler, { indexes }: Target) {
  const found = new Map<string, FoundIndex>();
  if (indexes.length === 0) return found;
  const listed = Indexes.parse(
    readJson("Listing the vector indexes", await run(["vectorize", "list", "--json"])),
  );
  for (const { name, config } of listed.filter((index) => indexes.includes(index.name))) {
    const ended = await run(["vectorize", "list-metadata-index", name, "--json"]);
    const metadata = MetadataIndexes.parse(readJson(`Reading the vector index ${name}`, ended));
    found.set(name, {
      name,
      ...config,
      metadata: metadata.map(({ propertyName }) => propertyName),
    });
  }
  return found;
}

async function readSecretNames(run: RunWrangler, { worker }: Target) {
  const ended = await run(["secret", "list", `--name=${worker}`, "--format=json"]);
  if (ended.code !== 0 && /10007|does not exist|not found/i.test(ended.stdout + ended.stderr))
    return null;
  return new Set(Named.parse(readJson("Listing the secrets", ended)).map(({ name }) => name));
}

/** Lists the migrations that the build has and the database does not; throws if it has one that the build lacks. */
export function missingMigrations(
  name: string,
  folder: string,
  applied: readonly string[],
): string[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .toSorted();
  const newer = applied.filter((migration) => !files.includes(migration));
  if (newer.length > 0 && newer.length === applied.length) {
    throw new DeployError(
      `The account has a database ${name} that is not Edgewise's: it has other migrations (${newer.slice(0, 5).join(", ")}). Deploy under another name: npm run deploy -- --name NAME`,
    );
  }
  if (newer.length > 0) {
    throw new DeployError(
      `The database ${name} was migrated by a newer build (${newer.join(", ")}). Deploy that build or a later one.`,
    );
  }
  return files.filter((file) => !applied.includes(file));
}
