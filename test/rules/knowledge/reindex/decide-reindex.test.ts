import { describe, it } from "vitest";

import { CHUNKING_AUTO } from "../../../../src/knowledge/chunking.ts";
import { decideAction, admitReindex } from "../../../../src/knowledge/reindex/decide-reindex.ts";
import {
  hasTwoGenerations,
  REINDEX_ACTIONS,
  type ReindexState,
} from "../../../../src/knowledge/reindex/reindex.ts";

const STATES: readonly ReindexState[] = [
  "building",
  "paused",
  "ready",
  "switched",
  "erasing",
  "completed",
  "cancelling",
  "cancelled",
];
const NONE = { waiting: 0, failed: 0 };
const SETTINGS = { embeddingModel: "hash-1", analyzer: 1, chunking: CHUNKING_AUTO };
const OTHER = { ...SETTINGS, embeddingModel: "bge" };

const actOn = (state: ReindexState, lag = NONE) =>
  Object.fromEntries(
    REINDEX_ACTIONS.map((action) => {
      const decided = decideAction(state, action, lag);
      return [action, decided.ok ? decided.value : null];
    }),
  );

describe("an action on a reindex", () => {
  it("is decided in every state", ({ expect }) => {
    const table = Object.fromEntries(STATES.map((state) => [state, actOn(state)]));
    const no = {
      pause: null,
      resume: null,
      cancel: null,
      switch: null,
      revert: null,
      finish: null,
    };
    expect(table).toEqual({
      building: { ...no, pause: "paused", resume: "building", cancel: "cancelling" },
      paused: { ...no, pause: "paused", resume: "building", cancel: "cancelling" },
      ready: { ...no, resume: "ready", cancel: "cancelling", switch: "switched", revert: "ready" },
      switched: {
        ...no,
        resume: "switched",
        switch: "switched",
        revert: "ready",
        finish: "erasing",
      },
      erasing: { ...no, finish: "erasing" },
      completed: { ...no, finish: "completed" },
      cancelling: { ...no, cancel: "cancelling" },
      cancelled: { ...no, cancel: "cancelled" },
    });
  });

  it("does not lead to a generation that lacks files", ({ expect }) => {
    for (const lag of [
      { waiting: 1, failed: 0 },
      { waiting: 0, failed: 2 },
    ]) {
      expect(actOn("ready", lag)).toMatchObject({ switch: null, cancel: "cancelling" });
      expect(actOn("switched", lag)).toMatchObject({ revert: null, finish: "erasing" });
    }
    expect(decideAction("ready", "switch", { waiting: 3, failed: 0 })).toMatchObject({
      error: {
        code: "conflict",
        message: expect.stringContaining("3 files are still to be copied"),
      },
    });
  });

  it("leads from every state with two generations to one with one", ({ expect }) => {
    for (const state of STATES.filter(hasTwoGenerations)) {
      const [cancelled, finished] = [actOn(state)["cancel"], actOn(state)["finish"]];
      expect(cancelled === "cancelling" || finished === "erasing").toBe(true);
    }
  });
});

const decide = (state: ReindexState, wanted = SETTINGS) =>
  admitReindex({ state, toSettings: SETTINGS }, wanted);

describe("a request for a reindex", () => {
  it("begins the first one, and one after another has ended", ({ expect }) => {
    expect(admitReindex(null, SETTINGS)).toMatchObject({ value: "start" });
    expect(decide("cancelled")).toMatchObject({ value: "start" });
    expect(decide("completed", OTHER)).toMatchObject({ value: "start" });
  });

  it("is answered with the one that goes on, if that has the same settings", ({ expect }) => {
    for (const state of ["building", "paused", "ready"] as const) {
      expect(decide(state)).toMatchObject({ value: "same" });
      expect(decide(state, OTHER)).toMatchObject({ error: { code: "conflict" } });
      const chunking = { chunkTokensMax: 400, overlapTokens: 0 };
      expect(decide(state, { ...SETTINGS, chunking })).toMatchObject({ ok: false });
    }
  });

  it("is refused while an old generation is kept or erased", ({ expect }) => {
    for (const state of ["switched", "erasing", "cancelling"] as const) {
      expect(decide(state)).toMatchObject({ error: { code: "conflict" } });
    }
  });
});
