import type { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import { expectSame, onStage, type Trial } from "./trial.ts";

type Description = ReturnType<FakeAccount["describe"]>;

/** A deployment to an empty account: what it made, and its calls. */
export type Reference = { readonly complete: Description; readonly calls: readonly string[] };

/** Deploys an edition to an empty account. */
export async function deployReference(flags: readonly string[]): Promise<Reference> {
  let reference: Reference | null = null;
  await onStage(async ({ deploy, fake, account }) => {
    await deploy(flags);
    reference = { complete: account.describe(), calls: [...fake.calls] };
  });
  if (reference === null) throw new Error("Nothing was deployed.");
  return reference;
}

const isChange = (call: string) => !call.startsWith("GET ");

/** The trials of accounts that grow: half-made ones, second runs, and several names. */
export const growingTrials = ({ complete }: Reference): Trial[] => [
  {
    name: "a second run changes nothing, and --check finds nothing missing",
    run: () =>
      onStage(async ({ deploy, account }) => {
        await deploy([]);
        await deploy([]);
        expectSame(account.describe(), complete);
        await deploy(["--check"]);
      }),
  },
  {
    name: "--check of an empty account says what is missing, and changes nothing",
    run: () =>
      onStage(async ({ refuse, fake, account }) => {
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
    run: () =>
      onStage(async ({ deploy, account }) => {
        await deploy([]);
        await deploy(["--name=other"]);
        const { scripts, queues } = account.describe();
        const names = [...scripts, ...queues].map(({ name }) => name);
        const wanted = ["edgewise", "edgewise-ingest", "edgewise-ingest-dlq"];
        const others = wanted.map((name) => name.replace("edgewise", "other"));
        expectSame(new Set(names), new Set([...wanted, ...others]));
      }),
  },
  {
    name: "the production edition follows the embedded one",
    run: () =>
      onStage(async ({ deploy, account }) => {
        await deploy(["--embedded"]);
        await deploy([]);
        expectSame(account.describe(), complete);
      }),
  },
  {
    name: "an account whose Worker lost its database hears what to do, and is then complete again",
    run: () =>
      onStage(async ({ deploy, refuse, account }) => {
        await deploy([]);
        account.databases.delete("edgewise-catalog");
        await refuse([], ["a database that was deleted", "npx wrangler delete"]);
        account.scripts.delete("edgewise");
        await deploy([]);
        expectSame(account.describe(), complete);
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
      (account) => account.indexes.get("edgewise-vectors-0")?.metadataIndexes.splice(0),
    ],
    ["a secret", (account) => account.scripts.get("edgewise")?.secrets.delete("SECRETS_KEY")],
    ["the Worker", (account) => account.scripts.delete("edgewise")],
  ];
  return lose.map(([part, remove]) => ({
    name: `a complete account that lost ${part} is complete again`,
    run: () =>
      onStage(async ({ deploy, account }) => {
        await deploy([]);
        remove(account);
        await deploy([]);
        expectSame(account.describe(), complete);
      }),
  }));
}

/** Trials that lose the connection from each call on: of reads the request, of changes also the answer alone. */
export function brokenTrials({ complete, calls }: Reference, flags: readonly string[]): Trial[] {
  return calls.flatMap((call, index) =>
    (isChange(call) ? (["request", "answer"] as const) : (["request"] as const)).map((loses) => ({
      name: `${flags.join(" ") || "production"}: call ${index + 1} (${call}) loses its ${loses}`,
      run: () =>
        onStage(async ({ deploy, refuse, fake, account }) => {
          fake.lost = { at: index + 1, loses };
          await refuse(flags, []);
          fake.lost = null;
          await deploy(flags);
          expectSame(account.describe(), complete);
        }),
    })),
  );
}
