import { toFlag, toJson } from "../../../src/columns.ts";
import type { FileBatchId, FileId } from "../../../src/ids.ts";
import type { IngestReport } from "../../../src/ingest/ingest-types.ts";
import type { PinnedWorkflow } from "../../../src/kernel/rules/pinned-workflow.ts";
import { admitAttachment } from "../../../src/knowledge/admit-attachment.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import type { AttachRequest } from "../../../src/knowledge/vector-store-types.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { Gone, VectorStoreTables } from "../tables/store-tables.ts";
import { Burials } from "./burials.ts";
import { CopyLedger, type CopyOutcome } from "./copy-ledger.ts";
import {
  copyLater,
  forgetError,
  forgetOutcome,
  hasText,
  holdCopy,
  ingest,
  moveFile,
  stopIngest,
} from "./file-status.ts";
import { findTwin, shareText } from "./find-twin.ts";
import type { IngestWorkflow } from "./ingest-workflow.ts";
import type { StoreChange } from "./store-changes.ts";
import { toAttached } from "./view-file.ts";

const KEPT = "The text that was read before is still searched.";

type Failure = Extract<IngestReport["outcome"], { kind: "failed" }>;
type Success = Pick<
  Extract<IngestReport["outcome"], { kind: "completed" }>,
  "chunkCount" | "usageBytes" | "warnings" | "isVerbatim"
>;

/**
 * Changes the files, file counts and tombstones of a store so that they agree, and records the commands to the kernel
 * that follow. The caller opens the transaction. Each attachment of a file gets a version that no other attachment in
 * the store ever has, so that search shards and the corpus can distinguish an old attachment of a file from a new one.
 */
export class StoreLedger {
  /** The tombstones of the store's files, which have their chunks purged. */
  readonly burials: Burials;
  /** The copies of the store's files in the generation that does not serve. */
  readonly copies: CopyLedger;
  readonly #files: VectorStoreFiles;
  readonly #workflow: IngestWorkflow;

  constructor(tables: VectorStoreTables, files: VectorStoreFiles, workflow: IngestWorkflow) {
    this.burials = new Burials(tables);
    this.copies = new CopyLedger(files);
    this.#files = files;
    this.#workflow = workflow;
  }

  /**
   * Attaches files, to be indexed with `workflow` (null for the built-in one). Unless `batchId` is null, adds them to
   * this batch.
   */
  attachAll(
    change: StoreChange,
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null,
    workflow: PinnedWorkflow | null,
  ): Attachment[] {
    change.store.lastActiveAt = change.now;
    this.#workflow.use(workflow);
    const { batches } = this.#files;
    if (batchId !== null && !batches.find(batchId)) batches.add(batchId, change.now);
    return requests.map((request) => this.attach(change, request, batchId));
  }

  /**
   * Attaches a file and adds it to the batch `batchId`; null for no batch. Indexes a file that is already attached
   * again if it failed, was cancelled, or has other attributes or chunking than `request`. Returns the file's row.
   */
  attach(
    change: StoreChange,
    request: AttachRequest,
    batchId: FileBatchId | null = null,
  ): Attachment {
    const existing = this.#files.find(request.fileId);
    if (existing === null) return this.#add(change, request, batchId);
    if (admitAttachment(toAttached(existing), request) === "again") {
      this.#again(change, existing, request);
    }
    if (batchId !== null && existing.batchId !== batchId) {
      const isNew = this.#files.batches.link(batchId, existing.seq);
      if (isNew) change.counts.countFile(batchId, existing.status, 1);
    }
    return existing;
  }

  /** Indexes a file again as it is attached, because its copies differ from the store's record of it. */
  indexAgain(change: StoreChange, file: Attachment): void {
    this.#again(change, file, toAttached(file));
  }

  /**
   * Has a file read again from its bytes, unless it is waiting to be read. Searches find its old chunks until the new
   * ones are there, and keep them if it then fails or is cancelled. Files with the same bytes share the chunks, so they are read together. Does nothing for an unknown
   * file.
   */
  readAgain(change: StoreChange, fileId: FileId, workflow: PinnedWorkflow | null): void {
    const file = this.#files.find(fileId);
    const owner = file?.aliasOf ? this.#files.find(file.aliasOf) : file;
    if (!owner || owner.status === "in_progress") return;
    this.#workflow.use(workflow);
    stopIngest(change, owner);
    holdCopy(change, owner);
    owner.version = ++change.store.lastVersion;
    for (const each of [owner, ...this.#files.listAliases(owner.fileId)]) {
      forgetError(each);
      moveFile(this.#files, change, each, "in_progress");
      this.#files.save(each);
    }
    ingest(change, owner);
  }

  /** Indexes a file again under a higher version. Searches find its old chunks until that is done. */
  #again(
    change: StoreChange,
    file: Attachment,
    request: Pick<AttachRequest, "attributes" | "chunking">,
  ) {
    this.#release(change, file);
    holdCopy(change, file);
    const twin = findTwin(this.#files, this.#workflow, file, request);
    if (twin) this.burials.bury(change, file, "chunks");
    file.version = ++change.store.lastVersion;
    file.attributes = JSON.stringify(request.attributes);
    file.chunkTokensMax = request.chunking.chunkTokensMax;
    file.overlapTokens = request.chunking.overlapTokens;
    forgetOutcome(change, file);
    Object.assign(file, shareText(twin));
    moveFile(this.#files, change, file, twin?.status ?? "in_progress");
    this.#files.save(file);
    if (!twin) ingest(change, file);
  }

  /**
   * Begins to change a file's attributes. Returns true if the file's search shard can replace them in place; the caller
   * then calls the shard. Otherwise stores them for the next indexing of the file, which it starts if necessary, and
   * returns false.
   */
  changeAttributes(change: StoreChange, file: Attachment, attributes: Attributes) {
    const { chunking } = toAttached(file);
    const isOwn = file.aliasOf === null && this.#files.listAliases(file.fileId).length === 0;
    // A copy that is being made has the old attributes.
    if (isOwn && file.status === "completed" && file.copyState !== "sent") return true;
    if (isOwn && file.shard === null) {
      file.attributes = JSON.stringify(attributes);
      this.#files.save(file);
    } else {
      this.#again(change, file, { attributes, chunking });
    }
    return false;
  }

  /**
   * Detaches a file, and starts to purge its chunks. `gone` is "file" if the file itself was deleted, else "chunks".
   */
  detach(change: StoreChange, file: Attachment, gone: Gone): void {
    this.#release(change, file);
    // Otherwise a batch would wait for the file forever.
    if (file.status === "in_progress") moveFile(this.#files, change, file, "cancelled");
    forgetOutcome(change, file);
    this.burials.bury(change, file, gone);
    change.store[file.status]--;
    this.#files.detach(file.seq, change.now);
  }

  /** Cancels the indexing of the files of a batch that are in progress. */
  cancelBatch(change: StoreChange, id: FileBatchId): void {
    this.#files.batches.cancel(id);
    for (const { fileId } of this.#files.listOpen(id)) {
      // Read again: cancelling one file may have changed its aliases.
      const file = this.#files.find(fileId);
      if (file) this.#cancel(change, file);
    }
  }

  /**
   * Marks a file as indexed, and also the files that share its chunks. `copy` is the outcome in the other generation; null
   * if it was not written there.
   */
  complete(
    change: StoreChange,
    file: Attachment,
    outcome: Success,
    copy: CopyOutcome | null,
  ): void {
    const { chunkCount, usageBytes, warnings = [], isVerbatim = false } = outcome;
    const { generation } = change.store;
    if (file.shard !== null) {
      change.counts.countChunks(generation, file.shard, chunkCount - file.chunkCount);
    }
    this.copies.record(change, file, copy);
    file.chunkCount = chunkCount;
    change.store.usageBytes += usageBytes - file.usageBytes;
    file.usageBytes = usageBytes;
    file.takes = 0;
    change.store.contentVersion++;
    for (const each of [file, ...this.#files.listAliases(file.fileId)]) {
      each.warnings = toJson(warnings);
      each.isVerbatim = toFlag(isVerbatim);
      moveFile(this.#files, change, each, "completed");
      this.#files.saveOutcome(each);
    }
  }

  /**
   * Marks a file as failed, and also the files that share its chunks, since the same bytes fail in the same way. One that
   * was read again keeps its earlier text.
   */
  fail(change: StoreChange, file: Attachment, { code, message }: Omit<Failure, "kind">): void {
    const aliases = this.#files.listAliases(file.fileId);
    const keepsText = hasText(file);
    if (!keepsText) this.burials.bury(change, file, "chunks");
    for (const each of [file, ...aliases]) {
      if (keepsText) {
        forgetError(each);
        copyLater(change, each);
      } else {
        forgetOutcome(change, each);
        each.aliasOf = null;
      }
      each.errorCode = code;
      each.errorMessage = keepsText ? `${message} ${KEPT}` : message;
      moveFile(this.#files, change, each, "failed");
      this.#files.save(each);
    }
  }

  #cancel(change: StoreChange, file: Attachment): void {
    if (file.status !== "in_progress") return;
    const owner = file.aliasOf === null ? file : this.#files.find(file.aliasOf);
    if (owner && hasText(owner)) {
      this.#stopReading(change, file);
      return;
    }
    this.#release(change, file);
    this.burials.bury(change, file, "chunks");
    forgetOutcome(change, file);
    file.aliasOf = null;
    moveFile(this.#files, change, file, "cancelled");
    this.#files.save(file);
  }

  #add(change: StoreChange, request: AttachRequest, batchId: FileBatchId | null): Attachment {
    const twin = findTwin(this.#files, this.#workflow, { seq: null, ...request }, request);
    const status = twin?.status ?? "in_progress";
    const added = this.#files.add(request, {
      version: ++change.store.lastVersion,
      status,
      createdAt: change.now,
      isVerbatim: 0,
      ...shareText(twin),
      batchId,
    });
    change.store[status]++;
    if (batchId !== null) {
      change.counts.countFile(batchId, status, 1);
      change.counts.placeFile(batchId, added.seq);
    }
    if (!twin) ingest(change, added);
    return added;
  }

  /** Stops the run of a file. Its first alias is indexed instead and serves the others. */
  #release(change: StoreChange, file: Attachment): void {
    if (file.aliasOf !== null) return;
    stopIngest(change, file);
    const [heir, ...others] = this.#files.listAliases(file.fileId);
    if (!heir) return;
    heir.aliasOf = null;
    heir.version = ++change.store.lastVersion;
    ingest(change, heir);
    for (const each of [heir, ...others]) {
      if (each !== heir) each.aliasOf = heir.fileId;
      moveFile(this.#files, change, each, "in_progress");
      this.#files.save(each);
    }
  }

  /** Stops reading a file again, which keeps its earlier text, as do the files that share it. */
  #stopReading(change: StoreChange, file: Attachment): void {
    if (file.aliasOf === null) {
      stopIngest(change, file);
      file.version = ++change.store.lastVersion;
    }
    for (const each of [file, ...this.#files.listAliases(file.fileId)]) {
      forgetError(each);
      copyLater(change, each);
      moveFile(this.#files, change, each, "completed");
      this.#files.save(each);
    }
  }
}
