import type { FileBatchId, FileId, VectorStoreId } from "../../../src/ids.ts";
import type { FileWarnings } from "../../../src/knowledge/file-warnings.ts";
import type { ChunkPlace } from "../../../src/knowledge/store-index.ts";
import { viewBatch } from "../../../src/knowledge/store-view.ts";
import type {
  FileBatchView,
  FilePage,
  PageQuery,
  StoreFileView,
} from "../../../src/knowledge/vector-store-types.ts";
import { notFound, type Refusal, unknownCursor } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import { explainWait, type RunViewer } from "../explain-wait.ts";
import type { FileStages } from "../file-stages.ts";
import { listWarnings, viewFile } from "../ledger/view-file.ts";
import type { StoreLifecycle } from "../store-lifecycle.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";

/** Reads the files and file batches of a store for its clients. Once the store has expired, it has none of them. */
export class StoreReader {
  readonly #files: VectorStoreFiles;
  readonly #stages: FileStages;
  readonly #lifecycle: StoreLifecycle;
  readonly #runs: RunViewer;

  constructor(
    files: VectorStoreFiles,
    stages: FileStages,
    lifecycle: StoreLifecycle,
    runs: RunViewer,
  ) {
    this.#files = files;
    this.#stages = stages;
    this.#lifecycle = lifecycle;
    this.#runs = runs;
  }

  /** Reads a file that is attached to the store. */
  file(fileId: FileId): Result<StoreFileView, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const file = store.value.phase === "live" ? this.#files.find(fileId) : null;
    return file ? ok(this.view(store.value.id, file)) : err(notFound("vector store file", fileId));
  }

  /** Returns the properties of an attached file that the API shows. */
  view(storeId: VectorStoreId, file: Attachment): StoreFileView {
    const stage = this.#stages.find(file);
    return viewFile(storeId, file, { stage, wait: explainWait(this.#runs, file) });
  }

  /** Finds the place of an attached file's chunks in the corpus databases. */
  chunkPlace(fileId: FileId): Result<ChunkPlace, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const file = this.file(fileId);
    if (!file.ok) return file;
    const owner = this.#files.find(file.value.textOf);
    if (!owner) return err(notFound("vector store file", fileId));
    const { corpusShard, fileId: ownerId } = owner;
    return ok({ file: file.value, ownerId, corpusShard, generation: store.value.generation });
  }

  /** Reads the warnings of files: what the extraction of their text lost. A file without any has no entry. */
  warnings(fileIds: readonly FileId[]): FileWarnings {
    return new Map(
      fileIds.flatMap((fileId) => {
        const file = this.#files.find(fileId);
        const warnings = file ? listWarnings(file) : [];
        return warnings.length > 0 ? [[fileId, warnings]] : [];
      }),
    );
  }

  /** Reads a file batch, with the number of its files in each status. */
  batch(id: FileBatchId): Result<FileBatchView, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const batch = store.value.phase === "live" ? this.#files.batches.find(id) : null;
    if (!batch) return err(notFound("file batch", id));
    const { createdAt, isCancelled, in_progress, completed, failed, cancelled } = batch;
    const counts = { in_progress, completed, failed, cancelled };
    return ok(viewBatch(store.value.id, { id, createdAt, isCancelled: isCancelled === 1, counts }));
  }

  /** Reads a page of the files of the store, or of the batch `batchId`. */
  page(query: PageQuery, batchId: FileBatchId | null): Result<FilePage, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const { id, phase } = store.value;
    if (phase !== "live") return ok({ files: [], hasMore: false });
    const after = this.#findPosition("after", query.after, batchId);
    if (!after.ok) return after;
    const before = this.#findPosition("before", query.before, batchId);
    if (!before.ok) return before;
    const positions = { ...query, after: after.value, before: before.value };
    const { rows, hasMore } = this.#files.page(positions, batchId);
    return ok({ files: rows.map((file) => this.view(id, file)), hasMore });
  }

  #findPosition(
    param: "after" | "before",
    fileId: FileId | null,
    batchId: FileBatchId | null,
  ): Result<number | null, Refusal> {
    if (fileId === null) return ok(null);
    const position = this.#files.findPosition(fileId, batchId);
    if (position !== null) return ok(position);
    const list = batchId === null ? "vector store" : "file batch";
    return err(unknownCursor(param, fileId, `file of this ${list}`));
  }
}
