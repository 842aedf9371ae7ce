import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { found, refused } from "../../test/fakes/cloudflare/answer.ts";
import type { Theatre } from "./theatre.ts";
import { expectSame, onStage, type Stage, type Trial } from "./trial.ts";

const CATALOG = "migrations/catalog";
const DENIED = refused(403, 10_000, "Authentication error");
const OTHER_NAME = "npm run deploy -- --name NAME";

/** An account or a login that a deployment refuses. */
type Refused = {
  readonly name: string;
  /** Words of the message. */
  readonly words: readonly string[];
  readonly prepare: (stage: Stage) => void;
  readonly environment?: NodeJS.ProcessEnv;
};

const deny = (product: string, calls: RegExp): Refused => ({
  name: `a token without rights for ${product}`,
  words: ["The login may not do this", "docs/deploy.md"],
  prepare: ({ fake }) => {
    fake.refusal = { calls, answer: DENIED };
  },
});

const CASES: readonly Refused[] = [
  deny("D1", / \/d1\//),
  deny("R2", / \/r2\//),
  deny("queues", / \/queues/),
  deny("Vectorize", / \/vectorize\//),
  deny("Workers", / \/workers\/scripts/),
  {
    name: "a database of other tables",
    words: [
      "a database edgewise-catalog that is not Edgewise's",
      "the tables customer",
      OTHER_NAME,
    ],
    prepare: ({ account }) => {
      account.addDatabase("edgewise-catalog").run("CREATE TABLE customer (id TEXT)");
    },
  },
  {
    name: "a database of other migrations",
    words: ["that is not Edgewise's", "0001_customers.sql", OTHER_NAME],
    prepare: ({ account }) => {
      account.addDatabase("edgewise-corpus-0")
        .run(`CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT);
                   INSERT INTO d1_migrations (name) VALUES ('0001_customers.sql')`);
    },
  },
  {
    name: "a Worker of the name that is something else",
    words: ["a Worker edgewise that is not Edgewise's", OTHER_NAME],
    prepare: ({ account }) => {
      account.ensureScript("edgewise").secrets.set("TOKEN", "t0ken-of-it");
    },
  },
  {
    name: "a bucket of the name and nothing else",
    words: ["a bucket edgewise-files, and no other part", "wrangler r2 bucket delete", OTHER_NAME],
    prepare: ({ account }) => {
      const name = "edgewise-files";
      account.buckets.set(name, {
        name,
        location: null,
        jurisdiction: null,
        objects: 3,
        rules: [],
      });
    },
  },
  {
    name: "a queue of the name and nothing else",
    words: ["a queue edgewise-ingest-dlq, and no other", "wrangler queues delete", OTHER_NAME],
    prepare: ({ account }) => {
      account.addQueue("edgewise-ingest-dlq");
    },
  },
  {
    name: "a queue of the name with another consumer",
    words: ["has a consumer that is not this Worker", OTHER_NAME],
    prepare: ({ account }) => {
      account.addDatabase("edgewise-data");
      const consumer = { consumer_id: "c", type: "worker", script: "other" };
      account.addQueue("edgewise-ingest").consumers.push(consumer);
    },
  },
  {
    name: "a login that reaches several accounts",
    words: ["reaches several accounts", "CLOUDFLARE_ACCOUNT_ID=two   Two"],
    environment: { CLOUDFLARE_ACCOUNT_ID: undefined },
    prepare: ({ fake }) => {
      const accounts = ["One", "Two"].map((name) => ({ id: name.toLowerCase(), name }));
      // In the form of the accounts and in that of the memberships, both of which are asked for.
      const both = accounts.map((account) => ({ ...account, account }));
      fake.refusal = { calls: /^GET \/(?:accounts|memberships)$/, answer: found(both) };
    },
  },
  {
    name: "a vector index of other dimensions",
    words: ["edgewise-vectors-0 has 768 dimensions", "npx wrangler vectorize delete", OTHER_NAME],
    prepare: ({ account }) => {
      const config = { dimensions: 768, metric: "cosine" };
      const name = "edgewise-vectors-0";
      account.indexes.set(name, { name, config, metadataIndexes: [] });
    },
  },
  {
    name: "a plan whose Workers are smaller",
    words: ["Uploading the Worker failed", "The account's plan takes only smaller Workers"],
    prepare: ({ fake }) => {
      const answer = refused(413, 10_027, "Your Worker exceeded the size limit of 1 MiB.");
      fake.refusal = { calls: /^PUT \/workers\/scripts\/edgewise$/, answer };
    },
  },
  {
    name: "a plan without a product",
    words: ["The account's plan does not have this product", "docs/deploy.md"],
    prepare: ({ fake }) => {
      const answer = refused(403, 10_063, "Vectorize needs a paid plan.");
      fake.refusal = { calls: /^POST \/vectorize/, answer };
    },
  },
];

/** The trials of accounts and logins that a deployment refuses with a message. */
export const refusedTrials = (): Trial[] => [
  ...CASES.map(({ name, words, prepare, environment }) => ({
    name: `${name} is refused with advice`,
    run: (theatre: Theatre) =>
      onStage(theatre, async (stage) => {
        prepare(stage);
        await stage.refuse([], words, environment);
      }),
  })),
  {
    name: "no login is refused with the way to log in",
    run: (theatre) =>
      onStage(theatre, async ({ refuse, account }) => {
        const home = mkdtempSync(join(tmpdir(), "edgewise-home-"));
        const nowhere = { CLOUDFLARE_API_TOKEN: undefined, HOME: home, XDG_CONFIG_HOME: home };
        const empty = account.describe();
        await refuse([], ["You are not logged in", "npx wrangler login"], nowhere);
        expectSame(account.describe(), empty);
        rmSync(home, { recursive: true });
      }),
  },
  ...schemaTrials(),
];

/** The trials of databases at another schema. */
const schemaTrials = (): Trial[] => [
  {
    name: "a database of a newer build is refused",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, account }) => {
        const flags = ["--embedded"];
        await deploy(flags);
        const later = "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')";
        account.findDatabase("edgewise-catalog")?.run(later);
        const complete = account.describe();
        await refuse(flags, ["migrated by a newer build (9999_later.sql)"]);
        expectSame(account.describe(), complete);
      }),
  },
  {
    name: "a database of an older build is migrated before the upload",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, fake, account }) => {
        const catalog = account.addDatabase("edgewise-catalog");
        catalog.run("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
        const files = readdirSync(CATALOG).toSorted();
        for (const file of files.slice(0, -1)) {
          catalog.run(readFileSync(join(CATALOG, file), "utf8"));
          catalog.run("INSERT INTO d1_migrations (name) VALUES (?)", file);
        }
        await deploy(["--embedded"]);
        const migrated = account.findDatabase("edgewise-catalog");
        const applied = migrated?.run("SELECT name FROM d1_migrations ORDER BY id") ?? [];
        expectSame(
          applied.map(({ name }) => name),
          files,
        );
        const lastQuery = fake.calls.lastIndexOf(`POST /d1/database/${catalog.uuid}/query`);
        const uploaded = fake.calls.indexOf("PUT /workers/scripts/edgewise");
        if (uploaded < lastQuery) throw new Error("The Worker was uploaded before the migration.");
      }),
  },
];
