import { describe, expect, it } from "vitest";

import {
  findProcessed,
  type JournalMutation,
  mutationDue,
  nextStep,
  planMutation,
  retryAt,
  type SourceEntries,
  splitMutation,
} from "../../../../src/retrieval/vectorize/mutation-rules.ts";
import type { ChangeKind } from "../../../../src/retrieval/vectorize/outgoing.ts";
import type { IndexState } from "../../../../src/retrieval/vectorize/vector-index.ts";

const NOW = 1_800_000_000_000;

const accepted = (id: number, changes: Partial<JournalMutation> = {}): JournalMutation => ({
  id,
  kind: "upsert",
  mutationId: `mutation-${id}`,
  place: id,
  acceptedAt: NOW + id * 1_000,
  seenAt: null,
  dueAt: NOW,
  attempts: 0,
  ...changes,
});
const state = (changes: Partial<IndexState>): IndexState => ({
  dimensions: 4,
  vectorCount: 0,
  processedMutation: null,
  processedAt: null,
  ...changes,
});
const idsOf = (mutations: readonly JournalMutation[]) => mutations.map(({ id }) => id);

describe("the mutations that an index has processed", () => {
  it("are those up to the named one in the order of acceptance, not of planning or of ids", () => {
    const journal = [
      accepted(1, { place: 9 }),
      accepted(2),
      accepted(3, { place: 4 }),
      accepted(4, { place: 5 }),
    ];
    const named = state({ processedMutation: "mutation-3" });
    expect(idsOf(findProcessed(journal, named))).toEqual([2, 3]);
  });

  it("are none of the planned ones, nor those that were seen before", () => {
    const planned = accepted(1, { mutationId: null, acceptedAt: null, place: 0 });
    const journal = [planned, accepted(2, { seenAt: NOW }), accepted(3)];
    const named = state({ processedMutation: "mutation-3" });
    expect(idsOf(findProcessed(journal, named))).toEqual([3]);
  });

  it("are found by time, with a margin of ten seconds, if the named one is unknown", () => {
    const journal = [accepted(1), accepted(2), accepted(3)];
    const at = (ms: number) => state({ processedMutation: "another", processedAt: NOW + ms });
    expect(idsOf(findProcessed(journal, at(11_999)))).toEqual([1]);
    expect(idsOf(findProcessed(journal, at(12_000)))).toEqual([1, 2]);
    expect(idsOf(findProcessed(journal, state({})))).toEqual([]);
  });
});

describe("the next step of a mutation", () => {
  it("is to issue it when it is planned and due", () => {
    const planned = accepted(1, { mutationId: null, acceptedAt: null, dueAt: NOW + 5 });
    expect(nextStep(planned, NOW + 4)).toBe("wait");
    expect(nextStep(planned, NOW + 5)).toBe("issue");
    expect(mutationDue(planned, NOW)).toBe(NOW + 5);
  });

  it("is to check it a while after it was seen, and to repeat it if it never is", () => {
    const seen = accepted(0, { seenAt: NOW });
    expect(nextStep(seen, NOW + 9_999)).toBe("wait");
    expect(nextStep(seen, NOW + 10_000)).toBe("check");
    expect(nextStep(accepted(0), NOW + 899_999)).toBe("wait");
    expect(nextStep(accepted(0), NOW + 900_000)).toBe("again");
  });

  it("waits longer after each failure, five minutes at most", () => {
    const waits = [1, 2, 3, 30].map((attempts) => retryAt(attempts, NOW) - NOW);
    expect(waits).toEqual([4_000, 8_000, 16_000, 300_000]);
  });
});

const entry = (seq: number, kind: ChangeKind = "upsert", count = 100) => ({ seq, kind, count });
const source = (
  name: string,
  entries: SourceEntries["entries"],
  open: readonly ChangeKind[] = [],
): SourceEntries => ({ source: name, open: new Set(open), entries });

describe("the plan of the next mutation", () => {
  it("joins the changes of several shards, up to the size of a batch, in the order of each", () => {
    const sources = [
      source("a", [entry(1), entry(2)]),
      source("b", [entry(7), entry(8), entry(9)]),
    ];
    expect(planMutation(sources, 400)).toEqual({
      kind: "upsert",
      parts: [
        { source: "a", seqs: [1, 2] },
        { source: "b", seqs: [7, 8] },
      ],
    });
  });

  it("leaves out no change of a shard to take a later one that fits", () => {
    const sources = [source("a", [entry(1), entry(2, "upsert", 250), entry(3, "upsert", 1)])];
    expect(planMutation(sources, 300)?.parts).toEqual([{ source: "a", seqs: [1] }]);
  });

  it("has one kind, and lets a shard wait whose changes of the other kind are open", () => {
    const sources = [
      source("a", [entry(1, "delete")], ["upsert"]),
      source("b", [entry(2, "delete"), entry(3)]),
      source("c", [entry(4)], ["upsert"]),
      source("d", [entry(5, "delete")], ["delete"]),
    ];
    expect(planMutation(sources, 1_000)).toEqual({
      kind: "delete",
      parts: [
        { source: "b", seqs: [2] },
        { source: "d", seqs: [5] },
      ],
    });
    expect(planMutation(sources.slice(0, 1), 1_000)).toBeNull();
    expect(planMutation([], 1_000)).toBeNull();
  });

  it("is split in two where it was refused, down to one change", () => {
    const refused = {
      kind: "upsert" as const,
      parts: [
        { source: "a", seqs: [1, 2] },
        { source: "b", seqs: [3] },
      ],
    };
    const halves = splitMutation(refused);
    expect(halves?.map(({ parts }) => parts)).toEqual([
      [{ source: "a", seqs: [1, 2] }],
      [{ source: "b", seqs: [3] }],
    ]);
    expect(halves?.[1] && splitMutation(halves[1])).toBeNull();
  });
});
