import { readdirSync, readFileSync } from "node:fs";

import type { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import type { ApiRequest } from "../../test/fakes/cloudflare/answer.ts";
import { expectSame, onStage, type Trial } from "./trial.ts";

const FLAGS = ["--embedded"];
const ADVICE = ["run the command again to go on"];

const createsDatabase = ({ method, path }: ApiRequest) =>
  method === "POST" && path === "/d1/database";
/** A migration of the catalog in the middle of all. */
const isMigration = ({ json }: ApiRequest) => String(json["sql"]).includes("'0006_");

/**
 * The trial that CI runs: the edition and the losses with the fewest wrangler commands, about 16. The full sweep loses
 * the connection at each call.
 */
export const SHORT_TRIAL: Trial = {
  name: "--embedded: the upload loses its first database, the next run a migration, and the third completes the account",
  run: (theatre) =>
    onStage(theatre, async ({ deploy, refuse, fake, account }) => {
      fake.loseAt = (request) => (createsDatabase(request) ? "answer" : null);
      await refuse(FLAGS, ["Uploading the Worker failed", ...ADVICE]);
      expectSame(account.describe().databases, [{ name: "edgewise-catalog", tables: [] }]);
      fake.lost = null;
      fake.loseAt = (request) => (isMigration(request) ? "request" : null);
      await refuse(FLAGS, ["Migrating the database edgewise-catalog failed", ...ADVICE]);
      expectSame(account.describe().scripts, []);
      fake.lost = null;
      fake.loseAt = null;
      const { output } = await deploy(FLAGS);
      expectComplete(account.describe(), output);
      checkSize(output);
    }),
};

/** Throws unless the account is that of a finished embedded deployment. */
function expectComplete(
  { databases, queues, buckets, indexes, scripts }: ReturnType<FakeAccount["describe"]>,
  output: string,
) {
  const migrated = databases.map(({ name, tables }) => [
    name,
    tables.find(([table]) => table === "d1_migrations")?.[1] ?? null,
  ]);
  expectSame(Object.fromEntries(migrated), {
    "edgewise-catalog": countMigrations("catalog"),
    "edgewise-corpus-0": countMigrations("corpus"),
    "edgewise-corpus-1": countMigrations("corpus"),
    "edgewise-data": null,
  });
  expectSame(
    queues.map(({ name, consumers }) => [name, consumers]),
    [
      ["edgewise-generate-batch", 1],
      ["edgewise-generate-batch-dlq", 1],
      ["edgewise-generate-default", 1],
      ["edgewise-generate-default-dlq", 1],
      ["edgewise-generate-interactive", 1],
      ["edgewise-generate-interactive-dlq", 1],
      ["edgewise-ingest", 1],
      ["edgewise-ingest-dlq", 1],
    ],
  );
  expectSame(buckets, ["edgewise-files"]);
  expectSame(indexes, []);
  const [script] = scripts;
  expectSame(
    { name: script?.name, secrets: script?.secrets, crons: script?.crons },
    {
      name: "edgewise",
      secrets: ["ADMIN_KEY", "SECRETS_KEY"],
      crons: ["* * * * *"],
    },
  );
  const words = [
    "database edgewise-catalog: found",
    "D1 Database edgewise-data: created",
    "models: extractive-1 to answer; hash-1 to embed",
    "/docs shows the API",
  ];
  const lacks = words.filter((word) => !output.includes(word));
  if (lacks.length > 0) throw new Error(`The output lacks ${lacks.join(", ")}:\n${output}`);
}

const countMigrations = (folder: string) => readdirSync(`migrations/${folder}`).length;

/** The pages that state the size of the uploaded Worker, and how far it may have grown since. */
const PAGES = ["README.md", "docs/deploy.md"];
const TOLERANCE = 0.03;

/** Throws unless the pages state the size that was uploaded. */
function checkSize(output: string): void {
  const size = Number(/uploaded \((\d+) KiB gzipped\)/.exec(output)?.[1]);
  for (const page of PAGES) {
    const words = /([\d,]+) KiB gzipped in both editions/.exec(readFileSync(page, "utf8"))?.[1];
    const stated = Number(words?.replaceAll(",", ""));
    if (Math.abs(stated / size - 1) <= TOLERANCE) continue;
    throw new Error(
      `${page} says that the Worker has ${words} KiB gzipped; ${size} were uploaded.`,
    );
  }
}
