import { INDEXED_PROPERTIES } from "../../src/retrieval/vectorize/filter-slots.ts";
import { type Inventory, missingMigrations } from "./inventory.ts";
import { describeMisplaced } from "./places.ts";
import { missingSecrets, type SecretName } from "./secrets.ts";
import type { Target } from "./target.ts";
import { DeployError } from "./wrangler.ts";

/** The form of the vector indexes: that of the embedding model, and the properties by which chunks are filtered. */
export const VECTOR_INDEX = {
  dimensions: 1024,
  metric: "cosine",
  metadata: INDEXED_PROPERTIES,
} as const;

/** The parts that a deployment has to create. */
export type Plan = {
  readonly indexes: readonly string[];
  /** Metadata indexes by their vector index. */
  readonly metadata: readonly {
    readonly index: string;
    readonly property: string;
    readonly type: string;
  }[];
  readonly databases: readonly string[];
  readonly buckets: readonly string[];
  readonly queues: readonly string[];
  readonly secrets: readonly SecretName[];
  /** Migrations by database, whether it exists or not. */
  readonly migrations: readonly {
    readonly database: string;
    readonly binding: string;
    readonly files: readonly string[];
  }[];
  readonly isFirst: boolean;
};

/** Compares the account with the target. Throws a `DeployError` about what a deployment must not touch. */
export function makePlan(target: Target, inventory: Inventory): Plan {
  refuseForeignWorker(target, inventory);
  refuseForeignPlaces(inventory);
  const misplaced = describeMisplaced(target.choices, inventory.places);
  if (misplaced !== null) throw new DeployError(misplaced);
  for (const [name, { dimensions, metric }] of inventory.indexes) {
    if (dimensions === VECTOR_INDEX.dimensions && metric === VECTOR_INDEX.metric) continue;
    throw new DeployError(
      `The vector index ${name} has ${dimensions} dimensions and the metric ${metric}; Edgewise needs ${VECTOR_INDEX.dimensions} and ${VECTOR_INDEX.metric}, and neither can be changed. If nothing else uses it, delete it (npx wrangler vectorize delete ${name}); otherwise deploy under another name: npm run deploy -- --name NAME`,
    );
  }
  return {
    indexes: target.indexes.filter((name) => !inventory.indexes.has(name)),
    metadata: target.indexes.flatMap((index) =>
      VECTOR_INDEX.metadata
        .filter(({ property }) => !inventory.indexes.get(index)?.metadata.includes(property))
        .map((wanted) => ({ index, ...wanted })),
    ),
    databases: target.databases
      .map(({ name }) => name)
      .filter((name) => !inventory.databases.get(name)),
    buckets: target.buckets.filter((bucket) => !inventory.buckets.has(bucket)),
    queues: target.queues.filter((queue) => !inventory.queues.has(queue)),
    secrets: missingSecrets(inventory.secrets),
    migrations: target.databases.flatMap(({ name, binding, migrations }) => {
      if (migrations === null) return [];
      const files = missingMigrations(name, migrations, inventory.databases.get(name) ?? []);
      return files.length > 0 ? [{ database: name, binding, files }] : [];
    }),
    isFirst: inventory.secrets === null,
  };
}

/** A Worker of this name without our databases and secrets is somebody else's, and a deployment would replace it. */
function refuseForeignWorker({ worker }: Target, { secrets, databases }: Inventory): void {
  if (secrets === null) return;
  const hasDatabases = [...databases.values()].some((migrations) => migrations !== null);
  if (hasDatabases || secrets.has("SECRETS_KEY")) return;
  throw new DeployError(
    `The account has a Worker ${worker} that is not Edgewise's, and a deployment would replace it. Deploy under another name: npm run deploy -- --name NAME`,
  );
}

/**
 * A deployment creates its databases before buckets and queues. So without any of them and without the Worker, a bucket
 * or queue of the name is somebody else's, or is left of a deployment that was removed.
 */
function refuseForeignPlaces({ secrets, databases, buckets, queues }: Inventory): void {
  const hasDatabases = [...databases.values()].some((migrations) => migrations !== null);
  if (secrets !== null || hasDatabases) return;
  const found = [
    ...Array.from(buckets, (name) => ["bucket", name, "r2 bucket"]),
    ...Array.from(queues, (name) => ["queue", name, "queues"]),
  ];
  const [first] = found;
  if (first === undefined) return;
  const [kind, name, command] = first;
  throw new DeployError(
    `The account has a ${kind} ${name}, and no other part of a deployment. If nothing else uses it, delete it (npx wrangler ${command} delete ${name}); otherwise deploy under another name: npm run deploy -- --name NAME`,
  );
}

const named = (kind: string, names: readonly string[]) => names.map((name) => `${kind} ${name}`);

/** Describes what is missing, one line each; empty if nothing is. */
export function describePlan(plan: Plan): string[] {
  return [
    ...(plan.isFirst ? ["the Worker"] : []),
    ...named("the vector index", plan.indexes),
    ...plan.metadata.map(({ index, property }) => `the metadata index ${property} of ${index}`),
    ...named("the database", plan.databases),
    ...named("the bucket", plan.buckets),
    ...named("the queue", plan.queues),
    ...named("the secret", plan.secrets),
    ...plan.migrations.map(({ database, files }) => {
      const [first = "", ...rest] = files;
      const last = rest.at(-1);
      const range = last === undefined ? first : `${first} to ${last}`;
      return `${files.length} of the migrations of ${database}: ${range}`;
    }),
  ];
}
