import { describe, expect, it } from "vitest";

import { compareBytes, viewOf } from "../../../src/retrieval/segment/bytes.ts";
import { makeBlocks } from "../../../src/retrieval/segment/make-blocks.ts";
import { BlockCursor } from "../../../src/retrieval/segment/term-block.ts";
import { BestChunks } from "../../../src/retrieval/shard/best-chunks.ts";

describe("the best chunks", () => {
  it.for([10, 12_000])("are those with the smallest ids among %s equal ones", (count) => {
    const idAt = (position: number) => `c${String(count - position).padStart(6, "0")}`;
    const best = new BestChunks(
      3,
      (positions) => new Map(positions.map((position) => [position, idAt(position)])),
    );
    for (let position = 0; position < count; position++) best.offer(position, 0.5);
    best.offer(count, 0.75);
    best.offer(count + 1, 0.25);

    expect(best.finish().map(({ position }) => position)).toEqual([count, count - 1, count - 2]);
  });
});

it("puts posting lists in the order of the terms' bytes", () => {
  const terms = ["\u{10400}", "\uFA0E", "z", "é", "\uD7FF", "\uD800"];
  const [block] = makeBlocks([{ heading: [], body: terms, name: ["z"] }]);
  if (!block) throw new Error("There is a block");
  const cursor = new BlockCursor(block.bytes);
  const keys: Uint8Array[] = [];
  while (cursor.next()) keys.push(viewOf(cursor.key));

  expect(keys).toHaveLength(7);
  expect(keys.toSorted(compareBytes)).toEqual(keys);
});
