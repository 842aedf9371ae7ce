import type { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import { type Description, isChange, type Reference } from "./sweep.ts";
import { expectSame, onStage, type Trial } from "./trial.ts";

const inOrder = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b));

/** Parts that a second run says that it found, one of each kind. */
const FOUND = [
  "vector index edgewise-vectors-0",
  "metadata index part of edgewise-vectors-1",
  "database edgewise-data",
  "bucket edgewise-files",
  "queue edgewise-ingest-dlq",
  "secret SECRETS_KEY",
  "migrations",
  "first project",
];

/** The trials of accounts that grow: half-made ones, second runs, and several names. */
export const growingTrials = ({ complete }: Reference): Trial[] => [
  {
    name: "a second run changes nothing and says what it found, and --check finds nothing missing",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([]);
        const { output } = await deploy([], { ADMIN_KEY: "admin-key-of-the-operator" });
        expectSame(account.describe(), complete);
        const unsaid = FOUND.filter((part) => !output.includes(`${part}: found`));
        if (unsaid.length > 0) throw new Error(`No word of ${unsaid.join(", ")}:\n${output}`);
        await deploy(["--check"]);
      }),
  },
  {
    name: "--check of an empty account says what is missing, and changes nothing",
    run: (theatre) =>
      onStage(theatre, async ({ refuse, fake, account }) => {
        const empty = account.describe();
        const words = ["the Worker", "the vector index edgewise-vectors-0", "edgewise-ingest-dlq"];
        await refuse(["--check"], [...words, "the secret ADMIN_KEY", "migrations of edgewise"]);
        expectSame(account.describe(), empty);
        const changes = fake.calls.filter(isChange);
        if (changes.length > 0) throw new Error(`--check called ${changes.join(", ")}.`);
      }),
  },
  {
    name: "a second name stands beside the first",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([]);
        await deploy(["--name=other"]);
        const { scripts, queues } = account.describe();
        const names = [...scripts, ...queues].map(({ name }) => name);
        const wanted = [...complete.scripts, ...complete.queues].map(({ name }) => name);
        const others = wanted.map((name) => name.replace("edgewise", "other"));
        expectSame(inOrder(names), inOrder([...wanted, ...others]));
      }),
  },
  {
    name: "a running deployment gets a further corpus database, which is migrated before the Worker meets it",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, fake, account }) => {
        await deploy([]);
        // As it was before `npm run corpus:add` and its first deployment.
        account.databases.delete("edgewise-corpus-1");
        const script = account.scripts.get("edgewise");
        if (script) script.bindings = script.bindings.filter(({ name }) => name !== "CORPUS_1");
        const begin = fake.calls.length;
        await deploy([]);
        expectSame(account.describe(), complete);
        const calls = fake.calls.slice(begin);
        const migrated = calls.findLastIndex((call) =>
          /^POST \/d1\/database\/.*\/query/.test(call),
        );
        const uploaded = calls.findIndex((call) =>
          /^(?:PUT|POST) .*\/scripts\/edgewise/.test(call),
        );
        if (migrated < 0 || uploaded < 0 || migrated > uploaded) {
          throw new Error(
            `The Worker was uploaded before its databases were migrated:\n${calls.join("\n")}`,
          );
        }
      }),
  },
  {
    name: "the production edition follows the embedded one",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy(["--embedded"]);
        await deploy([]);
        expectSame(account.describe(), complete);
      }),
  },
  {
    name: "an account whose Worker lost its database hears what to do, and is then complete again",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, account }) => {
        await deploy([]);
        account.databases.delete("edgewise-catalog");
        await refuse([], ["a database that was deleted", "npx wrangler delete"]);
        account.scripts.delete("edgewise");
        await deploy([]);
        expectSame(account.describe(), complete);
      }),
  },
  {
    name: "vector indexes with a metadata index of an earlier version get the others beside it",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([]);
        const earlier = { propertyName: "file_id", indexType: "string" };
        for (const { metadataIndexes } of account.indexes.values()) {
          metadataIndexes.splice(0, metadataIndexes.length, earlier);
        }
        await deploy([]);
        const wanted = complete.indexes.map((index) => ({
          ...index,
          metadataIndexes: [earlier, ...index.metadataIndexes],
        }));
        expectSame(account.describe().indexes, wanted);
      }),
  },
  ...missingTrials(complete),
];

/** Trials with complete accounts that lost one part each. */
function missingTrials(complete: Description): Trial[] {
  const lose: readonly (readonly [part: string, (account: FakeAccount) => void])[] = [
    ["a bucket", (account) => account.buckets.delete("edgewise-files")],
    ["a queue", (account) => account.queues.delete("edgewise-ingest")],
    ["a queue of dead letters", (account) => account.queues.delete("edgewise-ingest-dlq")],
    ["a vector index", (account) => account.indexes.delete("edgewise-vectors-1")],
    [
      "a metadata index",
      (account) => account.indexes.get("edgewise-vectors-0")?.metadataIndexes.splice(3),
    ],
    ["a secret", (account) => account.scripts.get("edgewise")?.secrets.delete("SECRETS_KEY")],
    ["the Worker", (account) => account.scripts.delete("edgewise")],
  ];
  return lose.map(([part, remove]) => ({
    name: `a complete account that lost ${part} is complete again`,
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([]);
        remove(account);
        await deploy([]);
        expectSame(account.describe(), complete);
      }),
  }));
}
