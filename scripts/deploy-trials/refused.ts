import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { refused } from "../../test/fakes/cloudflare/answer.ts";
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
      account.addDatabase("edgewise-catalog").sqlite.exec("CREATE TABLE customer (id TEXT)");
    },
  },
  {
    name: "a database of other migrations",
    words: ["that is not Edgewise's", "0001_customers.sql", OTHER_NAME],
    prepare: ({ account }) => {
      const { sqlite } = account.addDatabase("edgewise-corpus-0");
      sqlite.exec(`CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT);
                   INSERT INTO d1_migrations (name) VALUES ('0001_customers.sql')`);
    },
  },
  {
    name: "a Worker of the name that is something else",
    words: ["a Worker edgewise that is not Edgewise's", OTHER_NAME],
    prepare: ({ account }) => {
      const script = { name: "edgewise", bindings: [], uploads: 1, crons: [] };
      account.scripts.set("edgewise", { ...script, secrets: new Map([["TOKEN", "t0ken-of-it"]]) });
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
    run: () =>
      onStage(async (stage) => {
        prepare(stage);
        await stage.refuse([], words, environment);
      }),
  })),
  {
    name: "no login is refused with the way to log in",
    run: () =>
      onStage(async ({ refuse, account }) => {
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
    run: () =>
      onStage(async ({ deploy, refuse, account }) => {
        const flags = ["--embedded"];
        await deploy(flags);
        const complete = account.describe();
        const later = "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')";
        account.findDatabase("edgewise-catalog")?.sqlite.exec(later);
        await refuse(flags, ["migrated by a newer build (9999_later.sql)"]);
        expectSame(account.describe(), complete);
      }),
  },
  {
    name: "a database of an older build is migrated before the upload",
    run: () =>
      onStage(async ({ deploy, fake, account }) => {
        const { sqlite } = account.addDatabase("edgewise-catalog");
        sqlite.exec("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
        const files = readdirSync(CATALOG).toSorted();
        for (const file of files.slice(0, -1)) {
          sqlite.exec(readFileSync(join(CATALOG, file), "utf8"));
          sqlite.prepare("INSERT INTO d1_migrations (name) VALUES (?)").run(file);
        }
        await deploy(["--embedded"]);
        const applied = sqlite.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
        expectSame(
          applied.map(({ name }) => name),
          files,
        );
        const catalog = account.findDatabase("edgewise-catalog")?.uuid;
        const migrated = fake.calls.lastIndexOf(`POST /d1/database/${catalog}/query`);
        const uploaded = fake.calls.indexOf("PUT /workers/scripts/edgewise");
        if (uploaded < migrated) throw new Error("The Worker was uploaded before the migration.");
      }),
  },
];
