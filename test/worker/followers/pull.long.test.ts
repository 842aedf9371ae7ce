import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, it, type TestContext, vi } from "vitest";

import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { writeLong } from "../retrieval/write-long.ts";
import { restoreFollowers, watchFollowers } from "./break-calls.ts";
import { createFollowed, type Followed } from "./followed.ts";

const QUESTIONS = ["common words 7", "common long 311", "rare 40", "words of changed files"];

afterEach(() => {
  restoreFollowers();
  vi.restoreAllMocks();
});

const makeFiles = (from: number, count: number, more: { version?: number } = {}) =>
  Array.from({ length: count }, (_, at) =>
    makeDocument(`f${from + at}`, [`common words ${from + at}`, `rare ${from + at}`], {
      attributes: { half: (from + at) % 2 },
      ...more,
    }),
  );

/** A file of more chunks than two pages have room for. */
const makeLong = (version: number): IndexedDocument =>
  makeDocument(
    "long",
    Array.from({ length: 450 }, (_, at) => `common long ${at} v${version}`),
    {
      version,
    },
  );

/** Writes 240 chunks of small files, which are two pages, and a long file. */
async function fill({ leader, raise }: Followed): Promise<void> {
  for (let from = 0; from < 120; from += 40) await leader().write(makeBatch(makeFiles(from, 40)));
  await writeLong(leader(), makeLong(1));
  await leader().remove([{ fileId: "file-f3", version: 2 }]);
  await raise();
}

/** Changes, replaces and removes some files. `version` is above all versions so far. */
async function change({ leader, raise }: Followed, version: number): Promise<void> {
  await leader().write(makeBatch(makeFiles(10, 3, { version })));
  await leader().write(makeBatch([makeDocument(`new${version}`, ["words of changed files"])]));
  await leader().setAttributes("file-f20", version, { half: 7 });
  await leader().remove([{ fileId: "file-f21", version }]);
  await writeLong(leader(), makeLong(version));
  await raise();
}

/** Adds a file, then changes the attributes of the long one: that is behind the new file among the changes. */
async function addThenSetAttributes({ leader, raise }: Followed, version: number): Promise<void> {
  await leader().write(makeBatch([makeDocument(`new${version}`, ["words of changed files"])]));
  await leader().setAttributes("file-long", version, { half: 7 });
  await raise();
}

/** Asks a follower and its shard the same. Returns how many answers the follower has given. */
async function compare(
  followed: Followed,
  number: number,
  expect: TestContext["expect"],
): Promise<number> {
  let answered = 0;
  for (const filter of [null, { type: "eq", key: "half", value: 7 } as const]) {
    for (const text of QUESTIONS) {
      const { query, found } = await followed.ask(number, { text, more: { filter } });
      if (found === null) continue;
      answered++;
      expect(JSON.stringify(found)).toBe(JSON.stringify(await followed.leader().search(query)));
    }
  }
  return answered;
}
/** Waits until a follower answers for the present content. Its object may end meanwhile. */
const caughtUp = (followed: Followed, number: number) =>
  vi.waitUntil(
    async () => {
      const { found } = await followed.ask(number, { text: "common" }).catch(() => NOT_FOUND);
      return found !== null;
    },
    { timeout: 20_000, interval: 10 },
  );
const NOT_FOUND = { found: null };

describe("a follower", { timeout: 60_000 }, () => {
  let followed: Followed;
  beforeAll(async () => {
    followed = await createFollowed();
    await fill(followed);
  });

  it("copies its shard, and answers as that does", async ({ expect }) => {
    await followed.begin(1);
    await followed.ready(1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });

  it("is behind after an acknowledged write, until it has that", async ({ expect }) => {
    await change(followed, 10);
    expect((await followed.ask(1, { text: "common" })).found).toBeNull();
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
    const { query, found } = await followed.ask(1, { text: "words of changed files" });
    expect(found?.[0]?.fileId).toBe("file-new10");
    expect(await followed.leader().search(query)).toEqual(found);
  });

  it("does not copy chunks again whose attributes have changed", async ({ expect }) => {
    const FIRST = "SELECT first_chunk FROM file WHERE file_id = 'file-f30'";
    const readFirst = () => followed.inFollower(1, (sql) => sql.exec(FIRST).one());
    const before = await readFirst();
    await followed.leader().setAttributes("file-f30", 11, { half: 7 });
    await followed.raise();
    await caughtUp(followed, 1);
    expect(await readFirst()).toEqual(before);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });

  it("copies chunks that wait behind other changes, though attributes have changed since", async ({
    expect,
  }) => {
    await writeLong(followed.leader(), makeLong(13));
    await addThenSetAttributes(followed, 14);
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });

  it("copies the rest of a long file, though its attributes have changed since", async ({
    expect,
  }) => {
    await writeLong(followed.leader(), makeLong(16));
    await followed.raise();
    let pages = 0;
    watchFollowers(async (point) => {
      if (point === "after changes" && ++pages === 1) await addThenSetAttributes(followed, 17);
    });
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
    expect(pages).toBeGreaterThan(1);
  });

  it("goes on after its object, and that of its shard, have ended", async ({ expect }) => {
    await evictDurableObject(followed.follower(1));
    await evictDurableObject(followed.leader());
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
    await change(followed, 20);
    await evictDurableObject(followed.leader());
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });

  it("copies all again when what it has is damaged, and gives no other answers in between", async ({
    expect,
  }) => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    await followed.inFollower(1, (sql) => {
      sql.exec("UPDATE vector_block SET bytes = zeroblob(length(bytes))");
    });
    await evictDurableObject(followed.follower(1));
    // Its alarm may find the damage first; then it has copied all again when it is asked.
    await compare(followed, 1, expect);
    expect(String(log.mock.calls)).toContain("search.vectors.damaged");
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
    expect(
      await followed.inFollower(1, (sql) => sql.exec("SELECT * FROM damaged_file").toArray()),
    ).toEqual([]);
  });

  it("copies all again when its posting lists are damaged", async ({ expect }) => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    await followed.inFollower(1, (sql) => {
      sql.exec("UPDATE segment SET terms = zeroblob(length(terms)) WHERE terms IS NOT NULL");
      sql.exec("UPDATE segment_part SET bytes = zeroblob(length(bytes))");
    });
    await evictDurableObject(followed.follower(1));
    await compare(followed, 1, expect);
    expect(String(log.mock.calls)).toContain("search.segment.damaged");
    await caughtUp(followed, 1);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });

  it("copies all again from a shard that was restored to an earlier time", async ({ expect }) => {
    const { leader, inFollower, raise } = followed;
    const readEpoch = () =>
      inFollower(1, (sql) => sql.exec<{ epoch: string }>("SELECT epoch FROM follower").one().epoch);
    const before = await readEpoch();
    await runInDurableObject(leader(), (_, { storage: { sql } }) => {
      sql.exec("UPDATE file SET changed = NULL, rewritten = NULL WHERE changed > 2");
      sql.exec("UPDATE followed SET head = 2");
    });
    await evictDurableObject(leader());
    await raise();
    // Of a time that is gone, the follower may have more than the shard; it finds out with its next page.
    await runDurableObjectAlarm(followed.follower(1));
    await caughtUp(followed, 1);
    expect(await readEpoch()).not.toBe(before);
    expect(await compare(followed, 1, expect)).toBe(2 * QUESTIONS.length);
  });
});

describe("a follower whose object ends or whose calls fail, at each of its calls,", () => {
  it(
    "copies its shard nevertheless, and is never behind what it says",
    { timeout: 180_000 },
    async ({ expect }) => {
      const followed = await createFollowed();
      await fill(followed);
      let version = 100;
      const live = async (
        number: number,
        failing: number,
        fail: (state: DurableObjectState) => void,
      ) => {
        const seen = { reached: 0, at: "" };
        let state: DurableObjectState | null = null;
        watchFollowers((point) => {
          seen.reached++;
          if (seen.reached !== failing || !state) return;
          seen.at = point;
          fail(state);
        });
        await followed.begin(number);
        await runInDurableObject(followed.follower(number), (_, own) => {
          state = own;
        });
        await followed.ready(number);
        await change(followed, version++);
        await runInDurableObject(followed.follower(number), (_, own) => {
          state = own;
        });
        await caughtUp(followed, number);
        restoreFollowers();
        expect(await compare(followed, number, expect)).toBe(2 * QUESTIONS.length);
        await followed.follower(number).dismiss();
        await followed.inStore((sql) => sql.exec("DELETE FROM shard_follower"));
        await evictDurableObject(followed.store);
        return seen;
      };

      vi.spyOn(console, "warn").mockReturnValue();
      const { reached } = await live(1, 0, () => {});
      expect(reached).toBeGreaterThan(16);
      const points = new Set<string>();
      for (let failing = 1; failing <= reached; failing++) {
        const dead = await live(1 + failing, failing, (state) =>
          state.abort("A test ends this object"),
        );
        points.add(dead.at);
        await live(1_000 + failing, failing, () => {
          throw new Error("Network connection lost.");
        });
      }
      expect(points).toEqual(
        new Set(["before changes", "after changes", "before noteFollower", "after noteFollower"]),
      );
    },
  );
});
