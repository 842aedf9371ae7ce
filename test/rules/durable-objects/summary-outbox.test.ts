import { describe, it } from "vitest";

import { SummaryOutbox } from "../../../durable-objects/summary-outbox.ts";

const NOW = 1_000_000;
const DELAYED = NOW + 1_000;
const RETRIED = NOW + 5_000;

type Row = { version: number; due: number | null };

/** An object whose row changes during the write to D1, and a D1 that may fail. */
function objectWith(row: Row | null, during: { row?: Row | null; fails?: boolean } = {}) {
  const state = { row, lists: null as number | null, deferred: 0, stored: 0 };
  const outbox = new SummaryOutbox({
    read: () => {
      if (!state.row) return null;
      const { version, due } = state.row;
      const write = async () => {
        await Promise.resolve();
        if (during.row !== undefined) state.row = during.row;
        if (during.fails) throw new Error("D1 is down");
        state.lists = Math.max(state.lists ?? 0, version);
      };
      return { version, due, write };
    },
    setDue: (due) => {
      if (!state.row) throw new Error("An erased object must not be written to");
      state.row = { ...state.row, due };
      state.stored++;
    },
    now: () => NOW,
    logDeferred: () => state.deferred++,
  });
  return { state, outbox };
}

const DUE = { version: 3, due: NOW };
const NEWER = { version: 4, due: NOW };

describe("the summary of an object", () => {
  it.for([
    ["is settled once it is written", DUE, {}, { due: null, lists: 3 }],
    [
      "is due again when the object changed meanwhile",
      DUE,
      { row: NEWER },
      { due: DELAYED, lists: 3 },
    ],
    [
      "is left alone when another write was faster",
      DUE,
      { row: { version: 3, due: null } },
      { due: null, lists: 3 },
    ],
    [
      "is forgotten when the object erased itself meanwhile",
      DUE,
      { row: null },
      { due: undefined, lists: 3 },
    ],
    [
      "is written before its time when a client waits",
      { version: 3, due: DELAYED },
      {},
      { due: null, lists: 3 },
    ],
    ["stays due when D1 fails", DUE, { fails: true }, { due: NOW, lists: null, deferred: 1 }],
    ["of an object that is not there is nothing", null, {}, { due: undefined, lists: null }],
  ] as const)("%s", async ([, row, during, expected], { expect }) => {
    const { state, outbox } = objectWith(row, during);

    await outbox.writeNow();

    expect({ due: state.row?.due, lists: state.lists, deferred: state.deferred }).toEqual({
      deferred: 0,
      ...expected,
    });
  });

  it.for([
    ["is written when it is due", DUE, {}, { due: null, lists: 3 }],
    [
      "is not written before it is due",
      { version: 3, due: DELAYED },
      {},
      { due: DELAYED, lists: null },
    ],
    [
      "is not written when the lists have it",
      { version: 3, due: null },
      {},
      { due: null, lists: null },
    ],
    [
      "is due again when the object changed meanwhile",
      DUE,
      { row: NEWER },
      { due: DELAYED, lists: 3 },
    ],
    [
      "is due after a pause when D1 fails",
      DUE,
      { fails: true },
      { due: RETRIED, lists: null, deferred: 1 },
    ],
    [
      "is due after a pause when D1 fails and the object changed",
      DUE,
      { fails: true, row: NEWER },
      { due: RETRIED, lists: null, deferred: 1 },
    ],
    [
      "is settled when D1 fails but another write did not",
      DUE,
      { fails: true, row: { version: 3, due: null } },
      { due: null, lists: null, deferred: 1 },
    ],
    [
      "is forgotten when D1 fails and the object erased itself",
      DUE,
      { fails: true, row: null },
      { due: undefined, lists: null, deferred: 1 },
    ],
    ["of an object that is not there is nothing", null, {}, { due: undefined, lists: null }],
  ] as const)("in the alarm %s", async ([, row, during, expected], { expect }) => {
    const { state, outbox } = objectWith(row, during);

    await outbox.writeIfDue();

    expect({ due: state.row?.due, lists: state.lists, deferred: state.deferred }).toEqual({
      deferred: 0,
      ...expected,
    });
  });

  it("costs no write when the row is right already", async ({ expect }) => {
    const { state, outbox } = objectWith({ version: 3, due: null });

    await outbox.writeNow();

    expect(state).toMatchObject({ lists: 3, stored: 0 });
  });

  it("that was deleted reaches the lists by the alarm", async ({ expect }) => {
    const during = { fails: true };
    const { state, outbox } = objectWith(DUE, during);
    await outbox.writeNow();
    during.fails = false;
    await outbox.writeIfDue();

    expect(state).toMatchObject({ row: { due: null }, lists: 3, deferred: 1 });
  });
});
