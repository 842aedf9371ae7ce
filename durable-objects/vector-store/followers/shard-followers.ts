import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { logger } from "../../../src/platform/logger.ts";
import {
  decideFollowers,
  isOverloaded,
} from "../../../src/retrieval/followers/decide-followers.ts";
import type {
  FollowerOrder,
  FollowerReport,
} from "../../../src/retrieval/followers/follower-client.ts";
import { HeatWindows, WINDOW_MS } from "../../../src/retrieval/followers/heat-windows.ts";
import type { ShardHeat } from "../../../src/retrieval/followers/shard-heat.ts";
import type { ChangesStore, StoreChange } from "../ledger/store-changes.ts";
import type { ShardFollowerRow } from "../tables/shard-follower-table.ts";
import type { VectorStoreTables } from "../tables/store-tables.ts";

/** Time between two reviews of a store with followers that is not searched, in milliseconds. */
const REVIEW_MS = 60_000;

/** Takes the shards that are asked more than they can answer with all their followers, for which they may be split. */
type NotesHot = { noteHot(shard: SearchShardNumber): void };

/** The parts of a vector store object that keep the followers of its shards. */
type FollowerParts = {
  readonly tables: VectorStoreTables;
  readonly runs: ChangesStore & NotesHot;
  /** Bound of the followers of one shard; 0 for none. */
  readonly followersMax: number;
};

/**
 * Decides how many followers the search shards of a store have, and which shards are hot nevertheless, by what searches
 * have seen. It keeps the list of followers; a run of the kernel tells them (`tendFollowers`).
 */
export class ShardFollowers {
  readonly #parts: FollowerParts;
  readonly #windows = new HeatWindows();
  readonly #watchedSince = Date.now();
  #reviewedAt = Date.now();
  /** When a follower was called, dismissed, or began or ceased to answer last. */
  #changedAt = Date.now();

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Notes what an isolate has seen of the store's shards at the time `now`, in milliseconds since the epoch. */
  note(heat: readonly ShardHeat[], now: number): void {
    if (heat.length === 0) return;
    for (const one of heat) this.#windows.note(one, now);
    if (this.#reviewedAt + WINDOW_MS <= now) this.review(now);
  }

  /** Returns when `review` is due without searches, in milliseconds since the epoch; null without followers. */
  due(): number | null {
    return this.#parts.tables.followers.list().length > 0 ? this.#reviewedAt + REVIEW_MS : null;
  }

  /** Calls and dismisses followers as the load of their shards demands, at the time `now`, and notes hot shards. */
  review(now: number): void {
    this.#reviewedAt = now;
    this.#reviewFollowers(now);
    const { tables, runs, followersMax } = this.#parts;
    const serving = tables.serving();
    for (const shard of this.#windows.shardsOf(serving)) {
      const load = this.#windows.loadOf(serving, shard, now);
      const at = { followersMax, steadyMs: now - this.#changedAt };
      if (isOverloaded(this.#list(serving, shard), load, at)) runs.noteHot(shard);
    }
  }

  #reviewFollowers(now: number): void {
    const { tables, runs } = this.#parts;
    const serving = tables.serving();
    this.#windows.keepAlone(serving);
    const rows = tables.followers.list();
    const outdated = rows.filter(({ generation }) => generation !== serving);
    const own = rows.filter(({ generation }) => generation === serving);
    const shards = new Set([...this.#windows.shardsOf(serving), ...own.map(({ shard }) => shard)]);
    const calls: ShardFollowerRow[] = [];
    const dismissed = outdated.filter(({ state }) => state !== "leaving");
    for (const shard of shards) {
      const { call, dismiss } = this.#decide(serving, shard, now);
      if (call !== null) calls.push(newFollower(serving, shard, call, now));
      dismissed.push(...own.filter((one) => one.shard === shard && dismiss.includes(one.number)));
    }
    if (calls.length === 0 && dismissed.length === 0) return;
    this.#changedAt = now;
    runs.change((change) => {
      for (const row of calls) tables.followers.save(row);
      dismissFollowers(tables, change, dismissed);
      change.commands.push({ kind: "follow" });
      const { id: storeId } = change.store;
      for (const { shard } of calls) logger.info("search.follower.called", { storeId, shard });
    });
  }

  /**
   * Notes the report of a follower. Returns null if the store does not want it, as after the store has ended or was
   * restored: then the follower erases itself.
   */
  noteReport(report: FollowerReport, now: number): FollowerOrder {
    const { tables, runs } = this.#parts;
    const { generation, shard, number, isReady, contentVersion } = report;
    const known = tables.followers
      .list()
      .find((one) => one.generation === generation && one.shard === shard && one.number === number);
    const store = tables.readStore();
    if (!known || known.state === "leaving" || store.phase !== "live") return null;
    const state = isReady ? "ready" : "copying";
    const row = { ...known, state, heardAt: now, contentVersion } as const;
    // Plans of searches name the followers that are ready.
    const isNews = (known.state === "ready") !== isReady;
    if (!isNews) tables.followers.save(row);
    else {
      this.#changedAt = now;
      runs.change((change) => {
        tables.followers.save(row);
        change.store.contentVersion++;
      });
    }
    return { contentVersion: tables.readStore().contentVersion };
  }

  #decide(generation: number, shard: number, now: number) {
    const load = this.#windows.loadOf(generation, shard, now);
    return decideFollowers(this.#list(generation, shard), load, {
      followersMax: this.#parts.followersMax,
      watchedMs: now - this.#watchedSince,
      now,
    });
  }

  #list(generation: number, shard: SearchShardNumber): ShardFollowerRow[] {
    return this.#parts.tables.followers
      .list()
      .filter((one) => one.generation === generation && one.shard === shard);
  }
}

/** Takes followers out of searches, so that they can be erased. */
export function dismissFollowers(
  { followers }: VectorStoreTables,
  { store, commands }: StoreChange,
  dismissed: readonly ShardFollowerRow[],
): void {
  if (dismissed.length === 0) return;
  for (const row of dismissed) followers.save({ ...row, state: "leaving" });
  if (dismissed.some(({ state }) => state === "ready")) store.contentVersion++;
  commands.push({ kind: "follow" });
}

const newFollower = (
  generation: number,
  shard: number,
  number: number,
  now: number,
): ShardFollowerRow => ({
  generation,
  shard,
  number,
  state: "called",
  calledAt: now,
  heardAt: now,
  contentVersion: null,
});
