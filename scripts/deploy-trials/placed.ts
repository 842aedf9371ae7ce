import type { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import { expectSame, onStage, type Trial } from "./trial.ts";

/** The embedded edition: the production edition has two vector indexes more, which have no place. */
const EMBEDDED = "--embedded";

/** Lists where each part of an account lies: its jurisdiction, else its location hint, else null. */
const listPlaces = (account: FakeAccount) =>
  [...account.databases.values(), ...account.buckets.values(), ...account.queues.values()]
    .map((part) => {
      const location = "location" in part ? part.location : null;
      return [part.name, part.jurisdiction ?? location] as const;
    })
    .toSorted(([one], [other]) => one.localeCompare(other));

const QUEUES = ["generate-batch", "generate-default", "generate-interactive", "ingest"];

const placesOf = (place: string | null, queues: string | null) =>
  [
    ...["catalog", "corpus-0", "corpus-1", "data", "files"].map((part) => [part, place] as const),
    ...QUEUES.flatMap((name) => [name, `${name}-dlq`]).map((name) => [name, queues] as const),
  ].map(([part, at]) => [`edgewise-${part}`, at]);

/** Returns the text of a variable in the last upload of the Worker. */
const readVar = (account: FakeAccount, variable: string) =>
  account.scripts
    .get("edgewise")
    ?.bindings.map((binding) => ({ text: null, ...binding }))
    .find(({ name }) => name === variable)?.text;

/** The trials of deployments in a region, in a jurisdiction, and of those that would move. */
export const placedTrials = (): Trial[] => [
  {
    name: "--jurisdiction keeps every database, bucket and queue inside, and the Worker knows it",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([EMBEDDED, "--jurisdiction=eu"]);
        expectSame(listPlaces(account), placesOf("eu", "eu"));
        expectSame({ jurisdiction: readVar(account, "JURISDICTION") }, { jurisdiction: "eu" });
        await deploy([EMBEDDED, "--jurisdiction=eu", "--check"]);
      }),
  },
  {
    name: "--jurisdiction goes on where a deployment broke off between its parts",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, fake, account }) => {
        const flags = [EMBEDDED, "--jurisdiction=us"];
        for (const call of ["POST /d1/database", "POST /r2/buckets", "POST /queues"]) {
          const at = fake.calls.length + 1;
          fake.refusal = { calls: new RegExp(`^${call}$`), answer: { status: 500, body: {} } };
          await refuse(flags, ["Creating the"]);
          if (!fake.calls.slice(at).includes(call)) throw new Error(`${call} was not called.`);
        }
        fake.refusal = null;
        await deploy(flags);
        expectSame(listPlaces(account), placesOf("us", "us"));
      }),
  },
  {
    name: "--region places databases and the bucket near it, and the Worker claims no jurisdiction",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, account }) => {
        await deploy([EMBEDDED, "--region=weur"]);
        expectSame(listPlaces(account), placesOf("weur", null));
        expectSame({ jurisdiction: readVar(account, "JURISDICTION") }, { jurisdiction: "" });
        await deploy([EMBEDDED, "--region=weur", "--check"]);
      }),
  },
  {
    name: "a deployment in no jurisdiction does not get one, and another name beside it does",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, account }) => {
        await deploy([EMBEDDED]);
        const before = account.describe();
        const advice = "npm run deploy -- --name NAME --jurisdiction eu";
        const words = ["edgewise-catalog is in no jurisdiction", advice];
        await refuse([EMBEDDED, "--jurisdiction=eu"], words);
        expectSame(account.describe(), before);
        await deploy([EMBEDDED, "--jurisdiction=eu", "--name=inside"]);
      }),
  },
  {
    name: "a deployment in a jurisdiction does not lose it when its flag is forgotten",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, account }) => {
        await deploy([EMBEDDED, "--jurisdiction=fedramp"]);
        const before = account.describe();
        const words = [
          "the jurisdiction fedramp",
          "npm run deploy -- --name edgewise --jurisdiction fedramp",
        ];
        await refuse([EMBEDDED], words);
        await refuse([EMBEDDED, "--check"], words);
        await refuse([EMBEDDED, "--jurisdiction=eu"], words);
        expectSame(account.describe(), before);
      }),
  },
  {
    name: "a queue of before outside the jurisdiction is refused with advice, and created inside",
    run: (theatre) =>
      onStage(theatre, async ({ deploy, refuse, account }) => {
        await deploy([EMBEDDED, "--jurisdiction=eu"]);
        account.queues.delete("edgewise-ingest");
        account.addQueue("edgewise-ingest");
        const words = ["The queue edgewise-ingest", "npx wrangler queues delete edgewise-ingest"];
        await refuse([EMBEDDED, "--jurisdiction=eu"], words);
        account.queues.delete("edgewise-ingest");
        await deploy([EMBEDDED, "--jurisdiction=eu"]);
        expectSame(listPlaces(account), placesOf("eu", "eu"));
      }),
  },
];
