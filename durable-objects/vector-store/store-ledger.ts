import type { FileId } from "../../src/ids.ts";
import type { IngestReport } from "../../src/ingest/ingest-types.ts";
import { admitAttachment, isAlike } from "../../src/knowledge/admit-attachment.ts";
import type { AttachRequest, FileStatus } from "../../src/knowledge/vector-store-types.ts";
import { type Attachment, attachedOf, type VectorStoreFiles } from "./attachments.ts";
import type { StoreRow, VectorStoreTables } from "./store-tables.ts";

/** The runs of the step kernel that a change begins or ends, in the same transaction. */
export type StoreRuns = {
  ingest(fileId: FileId, version: number): void;
  stopIngest(fileId: FileId, version: number): void;
  purge(): void;
  /** Whether files with the same bytes may share chunks: not when each is to be treated by a workflow of the project. */
  mayShare(): boolean;
  /** In Unix seconds. */
  now(): number;
};

type Failure = Extract<IngestReport["outcome"], { kind: "failed" }>;

/**
 * Changes the files of a store, its counts and its tombstones together. Every method is called inside a
 * transaction that writes the store's row at its end. A version is given once in a store's life, so whoever
 * holds copies of a file tells old from new also after it was detached and attached again.
 */
export class StoreLedger {
  readonly #tables: VectorStoreTables;
  readonly #files: VectorStoreFiles;
  readonly #runs: StoreRuns;

  constructor(tables: VectorStoreTables, files: VectorStoreFiles, runs: StoreRuns) {
    this.#tables = tables;
    this.#files = files;
    this.#runs = runs;
  }

  attach(store: StoreRow, request: AttachRequest): Attachment {
    const existing = this.#files.find(request.fileId);
    if (existing === null) return this.#add(store, request);
    if (admitAttachment(attachedOf(existing), request) === "again") {
      this.#again(store, existing, request);
    }
    return existing;
  }

  /** Indexes a file anew, under a higher version; until that is done, its old chunks are found. */
  #again(
    store: StoreRow,
    file: Attachment,
    request: Pick<AttachRequest, "attributes" | "chunking">,
  ) {
    this.#release(store, file);
    const twin = this.#twinOf(file, request);
    if (twin) this.#bury(store, file, false);
    file.version = ++store.lastVersion;
    file.attributes = JSON.stringify(request.attributes);
    file.chunkTokensMax = request.chunking.chunkTokensMax;
    file.overlapTokens = request.chunking.overlapTokens;
    file.aliasOf = twin?.fileId ?? null;
    this.#forgetOutcome(store, file);
    this.#move(store, file, twin?.status ?? "in_progress");
    this.#files.save(file);
    if (!twin) this.#runs.ingest(file.fileId, file.version);
  }

  /** True when the attributes can be changed where they are; else the file is indexed anew with them. */
  changeAttributes(store: StoreRow, file: Attachment, attributes: AttachRequest["attributes"]) {
    const { chunking } = attachedOf(file);
    const isOwn = file.aliasOf === null && this.#files.aliasesOf(file.fileId).length === 0;
    if (isOwn && file.status === "completed") return true;
    if (isOwn && file.shard === null) {
      file.attributes = JSON.stringify(attributes);
      this.#files.save(file);
    } else {
      this.#again(store, file, { attributes, chunking });
    }
    return false;
  }

  setAttributes(store: StoreRow, file: Attachment, attributes: AttachRequest["attributes"]): void {
    file.attributes = JSON.stringify(attributes);
    store.contentVersion++;
    this.#files.save(file);
  }

  detach(store: StoreRow, file: Attachment, isFileDeleted: boolean): void {
    this.#release(store, file);
    // A batch that waits for the file sees it end.
    if (file.status === "in_progress") this.#move(store, file, "cancelled");
    this.#forgetOutcome(store, file);
    this.#bury(store, file, isFileDeleted);
    store[file.status]--;
    store.contentVersion++;
    this.#files.remove(file.seq);
  }

  cancel(store: StoreRow, file: Attachment): void {
    if (file.status !== "in_progress") return;
    this.#release(store, file);
    this.#bury(store, file, false);
    this.#forgetOutcome(store, file);
    file.aliasOf = null;
    this.#move(store, file, "cancelled");
    this.#files.save(file);
  }

  complete(store: StoreRow, file: Attachment, chunkCount: number, usageBytes: number): void {
    if (file.shard !== null) this.#tables.countChunks(file.shard, chunkCount - file.chunkCount);
    file.chunkCount = chunkCount;
    store.usageBytes += usageBytes - file.usageBytes;
    file.usageBytes = usageBytes;
    store.contentVersion++;
    for (const each of [file, ...this.#files.aliasesOf(file.fileId)]) {
      this.#move(store, each, "completed");
      this.#files.save(each);
    }
  }

  /** The same bytes fail the same way, so a file's aliases fail with it, each on its own from then on. */
  fail(store: StoreRow, file: Attachment, { code, message }: Omit<Failure, "kind">): void {
    const aliases = this.#files.aliasesOf(file.fileId);
    this.#bury(store, file, false);
    for (const each of [file, ...aliases]) {
      this.#forgetOutcome(store, each);
      each.aliasOf = null;
      each.errorCode = code;
      each.errorMessage = message;
      this.#move(store, each, "failed");
      this.#files.save(each);
    }
  }

  #add(store: StoreRow, request: AttachRequest): Attachment {
    const twin = this.#twinOf({ seq: null, sha256: request.sha256 }, request);
    const version = ++store.lastVersion;
    const status = twin?.status ?? "in_progress";
    const aliasOf = twin?.fileId ?? null;
    const added = this.#files.add(request, {
      version,
      status,
      aliasOf,
      createdAt: this.#runs.now(),
    });
    store[status]++;
    if (!twin) this.#runs.ingest(request.fileId, version);
    return added;
  }

  /** A file whose chunks can be found for this one too: the same bytes, cut alike, with the same attributes. */
  #twinOf(
    file: { readonly seq: number | null; readonly sha256: string },
    request: Pick<AttachRequest, "attributes" | "chunking">,
  ): Attachment | undefined {
    if (!this.#runs.mayShare()) return undefined;
    return this.#files.twins(file.sha256).find((other) => {
      const canServe = other.status === "completed" || other.status === "in_progress";
      return canServe && other.seq !== file.seq && isAlike(attachedOf(other), request);
    });
  }

  /** Ends what is under way for a file; the first of its aliases gets chunks of its own and serves the others. */
  #release(store: StoreRow, file: Attachment): void {
    if (file.aliasOf !== null) return;
    // Also of a file that is indexed: its workflow may have more to do.
    this.#runs.stopIngest(file.fileId, file.version);
    const [heir, ...others] = this.#files.aliasesOf(file.fileId);
    if (!heir) return;
    heir.aliasOf = null;
    heir.version = ++store.lastVersion;
    this.#runs.ingest(heir.fileId, heir.version);
    for (const each of [heir, ...others]) {
      if (each !== heir) each.aliasOf = heir.fileId;
      this.#move(store, each, "in_progress");
      this.#files.save(each);
    }
  }

  /** Fences all that was begun for the file so far, and has its chunks removed if there may be any. */
  #bury(store: StoreRow, file: Attachment, isFileDeleted: boolean): void {
    file.version = ++store.lastVersion;
    const { version, fileId, shard, corpusShard } = file;
    if (shard === null) {
      if (isFileDeleted) this.buryUnseen(fileId, version);
      return;
    }
    const isPurging = this.#tables.isPurging();
    this.#tables.addTombstone(
      { version, fileId, shard, corpusShard },
      isFileDeleted,
      0,
      this.#runs.now(),
    );
    this.#tables.countChunks(shard, -file.chunkCount);
    file.shard = null;
    file.chunkCount = 0;
    // As long as there is something to purge, there is one run that does it.
    if (!isPurging) this.#runs.purge();
  }

  /** Remembers that a file was deleted which has no chunks here, to refuse an attach that is still on its way. */
  buryUnseen(fileId: FileId, version: number): void {
    this.#tables.addTombstone(
      { version, fileId, shard: null, corpusShard: null },
      true,
      2,
      this.#runs.now(),
    );
  }

  #forgetOutcome(store: StoreRow, file: Attachment): void {
    store.usageBytes -= file.usageBytes;
    file.usageBytes = 0;
    file.errorCode = null;
    file.errorMessage = null;
  }

  #move(store: StoreRow, file: Attachment, to: FileStatus): void {
    if (file.status === to) return;
    store[file.status]--;
    store[to]++;
    this.#files.recount(file.seq, file.status, to);
    file.status = to;
  }
}
