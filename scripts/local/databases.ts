import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig, unstable_splitSqlQuery } from "wrangler";
import { z } from "zod";

import { nameDatabases } from "./name-databases.ts";
import { sha256Hex, type DevelopmentSecrets } from "./state-folder.ts";

/** The databases of wrangler.toml. */
const Configuration = z.object({
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      /** Missing for the operator's own tables. */
      migrations_dir: z.string().optional(),
    }),
  ),
});

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** The table of `wrangler d1 migrations`, so that both tools know the applied migrations. */
const CREATE_MIGRATIONS = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;
const LIST_MIGRATIONS = "SELECT name FROM d1_migrations";
const ADD_MIGRATION = "INSERT INTO d1_migrations (name) VALUES (?)";

const ADD_PROJECT = `INSERT INTO project (id, name, region, status, created_at)
                     VALUES (?, 'Development', 'auto', 'active', ?) ON CONFLICT (id) DO NOTHING`;
const ADD_KEY = `INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at)
                 VALUES (?, ?, 'Development', ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

/**
 * Creates and migrates the local D1 databases for `wrangler dev`, and adds the development project and its key. It runs
 * Miniflare with only the databases, which takes about a second; running a wrangler command for each database would
 * take six.
 */
export async function prepareDatabases(folder: string, secrets: DevelopmentSecrets): Promise<void> {
  await withDatabases(folder, async (databases) => {
    await Promise.all(
      databases.map(async ({ database, migrationsFolder }) => {
        if (migrationsFolder !== undefined) await migrate(database, migrationsFolder);
      }),
    );
    const catalog = databases.find(({ binding }) => binding === "CATALOG");
    if (!catalog) throw new Error("wrangler.toml names no database with the binding CATALOG.");
    await addDevelopmentProject(catalog.database, secrets);
  });
}

/** An open local D1 database, with the name of its binding and the folder of its migrations. */
export type LocalDatabase = {
  readonly binding: string;
  readonly migrationsFolder: string | undefined;
  readonly database: Database;
};

/**
 * Opens the local D1 databases in a state folder for `work`, and closes them after it. No service may run on the folder
 * at that time.
 */
export async function withDatabases<Outcome>(
  folder: string,
  work: (databases: readonly LocalDatabase[]) => Promise<Outcome>,
): Promise<Outcome> {
  nameDatabases(folder);
  const configured = Configuration.parse(
    unstable_readConfig({ config: "wrangler.toml" }),
  ).d1_databases;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: join(folder, "v3"),
      // Without an id, the local id of a database is the name of its binding.
      d1Databases: Object.fromEntries(configured.map(({ binding }) => [binding, binding])),
    }),
  );
  try {
    const databases = configured.map(async ({ binding, migrations_dir: migrationsFolder }) => ({
      binding,
      migrationsFolder,
      database: await miniflare.getD1Database(binding),
    }));
    return await work(await Promise.all(databases));
  } finally {
    await miniflare.dispose();
  }
}

async function migrate(database: Database, migrationsFolder: string): Promise<void> {
  await database.prepare(CREATE_MIGRATIONS).run();
  const { results } = await database.prepare(LIST_MIGRATIONS).all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const files = readdirSync(migrationsFolder).filter((name) => name.endsWith(".sql"));
  for (const name of files.toSorted()) {
    if (applied.has(name)) continue;
    const statements = unstable_splitSqlQuery(readFileSync(join(migrationsFolder, name), "utf8"));
    // A batch is one transaction: a migration is applied and listed, or neither.
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare(ADD_MIGRATION).bind(name),
    ]);
  }
}

async function addDevelopmentProject(
  catalog: Database,
  secrets: DevelopmentSecrets,
): Promise<void> {
  const { projectId, apiKeyId, apiKey } = secrets;
  const now = Math.floor(Date.now() / 1000);
  const redacted = `sk-ew-…${apiKey.slice(-4)}`;
  await catalog.batch([
    catalog.prepare(ADD_PROJECT).bind(projectId, now),
    catalog.prepare(ADD_KEY).bind(apiKeyId, projectId, sha256Hex(apiKey), redacted, now),
  ]);
}
