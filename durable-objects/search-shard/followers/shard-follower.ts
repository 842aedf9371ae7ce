import { toFlag } from "../../../src/columns.ts";
import { giveTurn } from "../../../src/ingest/slices.ts";
import { logger } from "../../../src/platform/logger.ts";
import {
  addressSearchShard,
  addressVectorStore,
  withFreshStub,
} from "../../../src/platform/objects.ts";
import { type FollowPoint, hasReached } from "../../../src/retrieval/follow-point.ts";
import type { ChangesPage, ChangesRequest } from "../../../src/retrieval/followers/changes-page.ts";
import type { FollowSource } from "../../../src/retrieval/followers/follower-client.ts";
import type { ExplainedCandidates, ShardQuery } from "../../../src/retrieval/search-types.ts";
import { ShardRebuilding } from "../load-unindexed.ts";
import type { OpenShard } from "../open-shard.ts";
import { type FollowerRow, newFollowerRow } from "../tables/follower-table.ts";
import { applyPage } from "./apply-page.ts";

/** Time between two reports to the store's object, in milliseconds. */
const REPORT_MS = 30_000;
/** Time without an answer of the store's object after which a follower erases itself, in milliseconds. */
const ALONE_MS = 3_600_000;
/** Pages that are copied in one alarm, so that upkeep and reports come in between. */
const PAGES_AT_ONCE = 200;
/** Pause after a failed request, in milliseconds. */
const FAILED_MS = 2_000;

/** The object of a follower. */
type FollowerHost = {
  /** True if the object has the tables of a shard. */
  readonly isOpen: () => boolean;
  /** Erases the object. */
  readonly erase: () => Promise<void>;
  /** Sets the alarm of the object for what is due. */
  readonly arm: () => void;
};

/**
 * The part of a search shard's object that makes it a follower: a copy of another shard, which answers searches only if
 * it has everything that they must see. It copies in pages, each in one transaction with the place that it has reached,
 * so it may end at any point. It writes nowhere else.
 */
export class ShardFollower {
  readonly #open: OpenShard;
  readonly #env: Env;
  readonly #host: FollowerHost;
  #copying: Promise<void> | null = null;
  #failedAt = 0;
  /** True if more pages are known to wait. */
  #hasMore = false;

  constructor(open: OpenShard, env: Env, host: FollowerHost) {
    this.#open = open;
    this.#env = env;
    this.#host = host;
  }

  /** The state of the follower; null if the object is none. */
  get row(): FollowerRow | null {
    return this.#host.isOpen() ? this.#open.tables.follower.read() : null;
  }

  /** Begins to copy a shard, unless it does so already. The object has its tables. */
  begin(source: FollowSource, now: number): void {
    if (this.row === null) this.#save({ ...newFollowerRow(source), toldAt: now });
  }

  /**
   * Searches, if the follower has everything that its shard had in the state `point`; otherwise returns null, and goes
   * on with its copy. If many posting lists have to be read before, it lets other calls run in between.
   */
  async search(point: FollowPoint, query: ShardQuery): Promise<ExplainedCandidates | null> {
    if (this.#isBehind(point)) {
      // A failure is logged where the copy is made.
      if (this.row && this.#failedAt + FAILED_MS <= Date.now()) void this.#catchUp();
      return null;
    }
    const found = await this.#find(point, query);
    // Vectors that were found damaged are missing in the answer.
    return this.#isBehind(point) ? null : found;
  }

  async #find(point: FollowPoint, query: ShardQuery): Promise<ExplainedCandidates | null> {
    try {
      const terms = query.terms.map(({ term }) => term);
      await this.#open.loadLists(terms, this.#host.isOpen);
      // It was erased, or begins again.
      if (this.#isBehind(point)) return null;
      return this.#open.read((shard) => shard.searchExplained(query));
    } catch (error) {
      // Posting lists were damaged, and are copied again.
      if (error instanceof ShardRebuilding) return null;
      throw error;
    }
  }

  /** Returns when `tend` has something to do, in milliseconds since the epoch; null in a shard that is no follower. */
  nextDue(now: number): number | null {
    const { row } = this;
    if (!row) return null;
    const isWaiting = this.#hasMore || row.head === null;
    const soon = isWaiting ? Math.max(now, this.#failedAt + FAILED_MS) : Infinity;
    return Math.min(soon, Math.max(now, row.toldAt + REPORT_MS));
  }

  /** Goes on with the copy, and reports to the store's object. Never rejects. */
  async tend(): Promise<void> {
    // Before the first page, so that a follower that is not wanted any more copies nothing.
    if (this.row?.toldVersion === null) await this.#report(this.row);
    if (this.#failedAt + FAILED_MS <= Date.now()) await this.#catchUp();
    const { row } = this;
    if (!row) return;
    const isNews = isReady(row) !== (row.isTold === 1);
    if (isNews || row.toldAt + REPORT_MS <= Date.now()) await this.#report(row);
  }

  /** Forgets all that was copied, since some of it is damaged, and begins again. */
  startOver(): void {
    this.#clear(null);
  }

  #isBehind(point: FollowPoint): boolean {
    const { row } = this;
    if (!row || row.epoch === null || row.head === null) return true;
    return !hasReached({ epoch: row.epoch, head: row.head }, point);
  }

  /** Copies what is new in the shard. Calls at the same time join. */
  async #catchUp(): Promise<void> {
    this.#copying ??= this.#copy().finally(() => (this.#copying = null));
    await this.#copying;
  }

  async #copy(): Promise<void> {
    this.#hasMore = false;
    for (let pages = 0; pages < PAGES_AT_ONCE; pages++) {
      const { row } = this;
      if (!row) return;
      try {
        const page = await this.#ask(row);
        const now = this.row;
        if (!now) return;
        if (page.kind === "gone") return await this.#host.erase();
        // Otherwise it was begun again meanwhile, and the page is of no use.
        if (isSamePlace(row, now)) this.#hasMore = this.#take(now, page);
        else this.#hasMore = true;
      } catch (error) {
        this.#failedAt = Date.now();
        const { storeId, shard } = row;
        logger.warn("search.follower.interrupted", { storeId, shard }, error);
        return;
      }
      if (!this.#hasMore) return;
      await giveTurn();
    }
    this.#host.arm();
  }

  async #ask(row: FollowerRow): Promise<ChangesPage> {
    const { projectId, region, storeId, generation, shard } = row;
    const scope = { projectId, region };
    const request = this.#request(row);
    return await withFreshStub(
      () => addressSearchShard(this.#env, scope, storeId, generation, shard),
      (leader) => leader.changes(request),
    );
  }

  #request({ epoch, copiedTo, changedTo, head }: FollowerRow): ChangesRequest {
    const { staged } = this.#open.tables;
    const [part] = staged.all();
    const parts = part ? staged.partsOf(part.fileId) : [];
    const own = parts.filter(({ version }) => version === part?.version);
    const count = own.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
    return {
      epoch,
      cursor:
        copiedTo === null
          ? { kind: "changes", after: changedTo, complete: head ?? 0 }
          : { kind: "files", after: copiedTo },
      begun: part ? { fileId: part.fileId, version: part.version, count } : null,
    };
  }

  /** Stores a page and the place reached, in one transaction. Returns true if there is more to copy. */
  #take(row: FollowerRow, page: Exclude<ChangesPage, { kind: "gone" }>): boolean {
    const open = this.#open;
    const { follower } = open.tables;
    if (page.kind === "again") {
      this.#clear(page.point);
      return true;
    }
    const isApplied = open.change((shard) => {
      if (!applyPage(open, shard, page, Date.now())) return false;
      follower.save({ ...row, ...advance(row, page) });
      return true;
    });
    if (!isApplied) this.startOver();
    return !isApplied || page.hasMore || row.copiedTo !== null;
  }

  /** Forgets all that was copied. The copy begins with the state `point` of the shard; null if that is not known. */
  #clear(point: FollowPoint | null): void {
    const { follower } = this.#open.tables;
    const begun = { epoch: point?.epoch ?? null, changedTo: point?.head ?? 0 };
    try {
      this.#open.storage.transactionSync(() => {
        follower.clearOthers();
        follower.save({ ...this.#newRow(), ...begun });
      });
    } finally {
      this.#open.forget();
    }
  }

  /** Makes the row of this follower as it begins, but for what the store's object knows of it. */
  #newRow(): FollowerRow {
    const row = this.#open.tables.follower.read();
    if (!row) throw new Error("The object follows no search shard");
    const { projectId, region, toldVersion, toldAt, isTold } = row;
    const source = { ...row, scope: { projectId, region } };
    const { scope, storeId, generation, shard, number } = source;
    const fresh = newFollowerRow({ scope, storeId, generation, shard, number });
    return { ...fresh, toldVersion, toldAt, isTold };
  }

  /** Tells the store's object the state of the follower, which erases itself if it is not wanted any more. */
  async #report(row: FollowerRow): Promise<void> {
    const { projectId, region, storeId, generation, shard, number, contentVersion } = row;
    const report = { generation, shard, number, isReady: isReady(row), contentVersion };
    try {
      const order = await withFreshStub(
        () => addressVectorStore(this.#env, { projectId, region }, storeId),
        (store) => store.noteFollower(report),
      );
      if (order === null) return await this.#host.erase();
      const now = this.row;
      if (!now) return;
      const told = { toldVersion: order.contentVersion, isTold: toFlag(report.isReady) };
      this.#save({ ...now, ...told, toldAt: Date.now() });
    } catch (error) {
      logger.warn("search.follower.unheard", { storeId, shard }, error);
      const now = this.row;
      if (now && now.toldAt + ALONE_MS <= Date.now()) await this.#host.erase();
    }
  }

  #save(row: FollowerRow): void {
    this.#open.tables.follower.save(row);
  }
}

const isReady = ({ head }: FollowerRow): boolean => head !== null;

/** Tests whether a follower is where it was when it asked for a page. */
const isSamePlace = (asked: FollowerRow, now: FollowerRow): boolean =>
  asked.epoch === now.epoch && asked.copiedTo === now.copiedTo && asked.changedTo === now.changedTo;

/** Returns how far a follower is with a page. */
function advance(
  row: FollowerRow,
  { files, point, hasMore }: Extract<ChangesPage, { kind: "files" }>,
): Partial<FollowerRow> {
  const last = files.at(-1);
  const isCut = last?.chunks ? last.from + last.chunks.length < last.chunkCount : false;
  const done = isCut ? files.at(-2) : last;
  if (row.copiedTo !== null) return { copiedTo: hasMore ? (done?.fileId ?? row.copiedTo) : null };
  if (hasMore) return { changedTo: done?.change ?? row.changedTo };
  return { changedTo: point.head, head: point.head, contentVersion: row.toldVersion };
}
