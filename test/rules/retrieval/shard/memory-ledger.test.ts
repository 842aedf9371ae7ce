import { describe, expect, it } from "vitest";

import {
  type MemoryHolder,
  MemoryLedger,
  type MemoryPart,
} from "../../../../src/retrieval/shard/memory-ledger.ts";

/** Makes a shard that holds this many bytes of each part, and records what it gives up. */
function makeShard(bytes: Record<MemoryPart, number>, id = `shard ${++made}`) {
  const held = { ...bytes };
  const given: MemoryPart[] = [];
  const holder: MemoryHolder = {
    id,
    get heldBytes() {
      return held.postings + held.rows + held.everything;
    },
    giveUp(part) {
      given.push(part);
      held[part] = 0;
    },
  };
  return { holder, given, held };
}
let made = 0;
const LARGE = { postings: 10, rows: 30, everything: 10 };

describe("MemoryLedger", () => {
  it("takes nothing while there is room", () => {
    const ledger = new MemoryLedger(100);
    const shards = [makeShard(LARGE), makeShard(LARGE)];
    for (const { holder } of shards) ledger.noteUse(holder);

    expect(shards.map(({ given }) => given)).toEqual([[], []]);
  });

  it("takes from the shard that was used least recently: postings, then rows, then everything", () => {
    const ledger = new MemoryLedger(100);
    const [first, second, third] = [makeShard(LARGE), makeShard(LARGE), makeShard(LARGE)];
    ledger.noteUse(first.holder);
    ledger.noteUse(second.holder);
    ledger.noteUse(first.holder);
    ledger.noteUse(third.holder);
    expect([first.given, second.given, third.given]).toEqual([
      [],
      ["postings", "rows", "everything"],
      [],
    ]);

    third.held.rows = 35;
    ledger.noteUse(third.holder);
    expect([first.given, third.given]).toEqual([["postings"], []]);
  });

  it("takes from the shard in use last, and never everything", () => {
    const ledger = new MemoryLedger(5);
    const [idle, used] = [makeShard(LARGE), makeShard(LARGE)];
    ledger.noteUse(idle.holder);
    ledger.noteUse(used.holder);

    expect(idle.given).toContain("everything");
    expect(used.given).toEqual(["postings", "rows"]);
    expect(used.holder.heldBytes).toBe(10);
  });

  it("says how much room the others leave, and forgets a shard that has dropped its memory", () => {
    const ledger = new MemoryLedger(100);
    const [first, second] = [makeShard(LARGE), makeShard(LARGE)];
    ledger.noteUse(first.holder);
    ledger.noteUse(second.holder);
    expect(ledger.roomFor(first.holder)).toBe(50);

    ledger.forget(second.holder);
    expect(ledger.roomFor(first.holder)).toBe(100);
  });

  it("counts an object that starts again in place of the one before", () => {
    const ledger = new MemoryLedger(100);
    const before = makeShard(LARGE, "same");
    ledger.noteUse(before.holder);
    const after = makeShard(LARGE, "same");
    expect(ledger.roomFor(after.holder)).toBe(100);

    ledger.noteUse(after.holder);
    ledger.forget(before.holder);
    expect(ledger.roomFor(makeShard(LARGE).holder)).toBe(50);
  });
});
