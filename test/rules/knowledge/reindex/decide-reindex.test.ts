import { describe, it } from "vitest";

import { CHUNKING_AUTO } from "../../../../src/knowledge/chunking.ts";
import { decideAction, admitReindex } from "../../../../src/knowledge/reindex/decide-reindex.ts";
import { type GenerationLayout, refuseShards } from "../../../../src/knowledge/reindex/layout.ts";
import {
  hasTwoGenerations,
  REINDEX_ACTIONS,
  REINDEX_STATES,
  type ReindexState,
} from "../../../../src/knowledge/reindex/reindex.ts";

const NONE = { waiting: 0, failed: 0 };
const SETTINGS = { embeddingModel: "hash-1", analyzer: 1, chunking: CHUNKING_AUTO };
const OTHER = { ...SETTINGS, embeddingModel: "bge" };

const actOn = (state: ReindexState, lag = NONE, isAutomatic = false) =>
  Object.fromEntries(
    REINDEX_ACTIONS.map((action) => {
      const decided = decideAction({ state, isAutomatic }, action, lag);
      return [action, decided.ok ? decided.value : null];
    }),
  );

describe("an action on a reindex", () => {
  it("is decided in every state", ({ expect }) => {
    const table = Object.fromEntries(REINDEX_STATES.map((state) => [state, actOn(state)]));
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
    expect(
      decideAction({ state: "ready", isAutomatic: false }, "switch", { waiting: 3, failed: 0 }),
    ).toMatchObject({
      error: {
        code: "conflict",
        message: expect.stringContaining("3 files are still to be copied"),
      },
    });
  });

  it("leads from every state with two generations to one with one", ({ expect }) => {
    for (const state of REINDEX_STATES.filter(hasTwoGenerations)) {
      const [cancelled, finished] = [actOn(state)["cancel"], actOn(state)["finish"]];
      expect(cancelled === "cancelling" || finished === "erasing").toBe(true);
    }
  });
});

const LAYOUT = { shards: 2, denseIndex: "auto" } as const;
const decide = (
  state: ReindexState,
  settings = SETTINGS,
  layout: Partial<GenerationLayout> = {},
  isAutomatic = false,
) =>
  admitReindex(
    { state, isAutomatic, toSettings: SETTINGS, toLayout: LAYOUT },
    { settings, layout },
  );

describe("a request for a reindex", () => {
  it("begins the first one, and one after another has ended", ({ expect }) => {
    expect(admitReindex(null, { settings: SETTINGS, layout: {} })).toMatchObject({
      value: "start",
    });
    expect(decide("cancelled")).toMatchObject({ value: "start" });
    expect(decide("completed", OTHER)).toMatchObject({ value: "start" });
  });

  it("is answered with the one that goes on, if that has the same settings", ({ expect }) => {
    for (const state of ["building", "paused", "ready"] as const) {
      expect(decide(state)).toMatchObject({ value: "same" });
      expect(decide(state, OTHER)).toMatchObject({ error: { code: "conflict" } });
      const chunking = { chunkTokensMax: 400, overlapTokens: 0 };
      expect(decide(state, { ...SETTINGS, chunking })).toMatchObject({ ok: false });
      expect(decide(state, SETTINGS, LAYOUT)).toMatchObject({ value: "same" });
      expect(decide(state, SETTINGS, { shards: 3 })).toMatchObject({ ok: false });
      expect(decide(state, SETTINGS, { denseIndex: "shard" })).toMatchObject({ ok: false });
    }
  });

  it("is refused while an old generation is kept or erased", ({ expect }) => {
    for (const state of ["switched", "erasing", "cancelling"] as const) {
      expect(decide(state)).toMatchObject({ error: { code: "conflict" } });
    }
  });

  it("goes before a split that the store has begun by itself, until that is switched", ({
    expect,
  }) => {
    for (const state of ["building", "paused", "ready"] as const) {
      expect(decide(state, SETTINGS, LAYOUT, true)).toMatchObject({ value: "cancel" });
    }
    expect(decide("switched", SETTINGS, {}, true)).toMatchObject({
      error: { message: expect.stringContaining("in a minute") },
    });
    expect(decide("completed", SETTINGS, {}, true)).toMatchObject({ value: "start" });
  });
});

describe("a split that the store has begun by itself", () => {
  it("is paused, cancelled and finished as others, and never reverted", ({ expect }) => {
    expect(actOn("building", NONE, true)).toEqual(actOn("building"));
    expect(actOn("ready", NONE, true)).toEqual(actOn("ready"));
    expect(actOn("switched", NONE, true)).toEqual({ ...actOn("switched"), revert: null });
  });
});

describe("the search shards of a request", () => {
  it("have to take what the store has", ({ expect }) => {
    const store = { chunkCount: 450, chunksMax: 200 };
    expect(refuseShards(undefined, store)).toBeNull();
    expect(refuseShards(3, store)).toBeNull();
    expect(refuseShards(2, store)).toMatchObject({
      code: "invalid_request",
      param: "search_shards",
      message: expect.stringContaining("at least 3 search shards"),
    });
    expect(refuseShards(1, { chunkCount: 0, chunksMax: 200 })).toBeNull();
  });
});
