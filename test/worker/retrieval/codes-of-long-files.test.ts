import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, type ExpectStatic, it } from "vitest";

import { SHARD_MEMORY } from "../../../durable-objects/search-shard/shard-memory.ts";
import { CODES_A_BLOCK } from "../../../durable-objects/search-shard/tables/code-tables.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { SHARD_BEFORE_FOLLOWERS } from "../../fakes/before-followers.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { findExplained, makeQuery, openShard } from "./shard.ts";

const NAME = "codes-of-long-files";
const OTHERS = { id: "others", heldBytes: 79_000_000, giveUp: () => {} };

const makeTexts = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name} word${index % 97} term${index % 61}`);

/** Writes files of one chunk in one call, and does the upkeep that is due after it. */
async function write(name: string, count: number): Promise<void> {
  const files = makeTexts(name, count).map((text, at) => makeDocument(`${name}${at}`, [text]));
  await openShard(NAME).write(makeBatch(files));
  await runDurableObjectAlarm(openShard(NAME));
}

/** Stages a part of a long file of 600 chunks. */
async function stage(part: number): Promise<void> {
  const { chunks, ...file } = makeDocument("long", makeTexts("long", 600));
  const from = part * 200;
  const batch = makeBatch([{ ...file, chunks: chunks.slice(from, from + 200) }]);
  await openShard(NAME).stage({ batch, from });
}

/** Asks by vectors alone. Returns the answers as JSON, and the tier that made them. */
async function ask() {
  const answers: string[] = [];
  let tier: string | null = null;
  for (const question of ["long word13 term50", "long word96 term59", "early word3 term3"]) {
    const vector = hashEmbedding(question);
    const query = await makeQuery(NAME, question, { vector, weights: { lexical: 0, dense: 1 } });
    const { candidates, work } = await findExplained(NAME, query);
    answers.push(JSON.stringify(candidates));
    tier = work.dense;
  }
  return { answers, tier };
}

const listKeys = () =>
  runInDurableObject(openShard(NAME), (_, { storage: { sql } }) => {
    const list = (query: string) =>
      sql
        .exec<{ key: number }>(query)
        .toArray()
        .map(({ key }) => key);
    return {
      stored: list("SELECT key FROM code_block ORDER BY key"),
      used: list(`SELECT DISTINCT number / ${CODES_A_BLOCK} AS key FROM chunk ORDER BY key`),
    };
  });

/** Expects the same answers from rows and from stored codes. */
async function expectSameAnswers(expect: ExpectStatic): Promise<void> {
  await evictDurableObject(openShard(NAME));
  const exact = await ask();
  await evictDurableObject(openShard(NAME));
  SHARD_MEMORY.noteUse(OTHERS);
  const coded = await ask();
  expect([exact.tier, coded.tier]).toEqual(["exact", "coded"]);
  expect(coded.answers).toEqual(exact.answers);
}

afterEach(() => SHARD_MEMORY.forget(OTHERS));

it("codes a long file once all its parts are there, and no numbers that it reserved in vain", async ({
  expect,
}) => {
  for (let call = 0; call < 21; call++) await write(`early${call}-`, 200);
  for (const part of [0, 1, 2]) {
    await stage(part);
    await write(`between${part}-`, 100);
  }
  expect((await listKeys()).stored).toEqual([0, 1, 2, 3]);

  const { chunks, ...file } = makeDocument("long", makeTexts("long", 600));
  await openShard(NAME).publish({ ...file, chunkCount: chunks.length });
  for (let call = 0; call < 6; call++) await write(`late${call}-`, 200);
  const keys = await listKeys();
  // The last block is not full yet.
  expect(keys.stored).toEqual(keys.used.slice(0, -1));

  await expectSameAnswers(expect);
});

it("makes codes again that a build before stored for chunks that had not arrived", async ({
  expect,
}) => {
  const { stored } = await listKeys();
  await runInDurableObject(openShard(NAME), (_, { storage: { sql } }) => {
    sql.exec("UPDATE code_block SET bytes = (SELECT bytes FROM code_block WHERE key = 0)");
    sql.exec("INSERT INTO code_block (key, bytes) SELECT 900, bytes FROM code_block WHERE key = 0");
    sql.exec("UPDATE code_state SET next_key = 901");
    sql.exec(`${SHARD_BEFORE_FOLLOWERS} ${forgetMigrations("0012_codes_again")}`);
  });
  await evictDurableObject(openShard(NAME));
  await write("again-", 1);

  expect((await listKeys()).stored).toEqual(stored);
  await expectSameAnswers(expect);
});
