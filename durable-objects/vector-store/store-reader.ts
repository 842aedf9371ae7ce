import type { FileBatchId, FileId } from "../../src/ids.ts";
import { viewBatch } from "../../src/knowledge/store-view.ts";
import type {
  FileBatchView,
  FilePage,
  PageQuery,
  StoreFileView,
} from "../../src/knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { type VectorStoreFiles, viewFile } from "./attachments.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";

/** Reads the files and batches of a store. An expired store has none. */
export class StoreReader {
  readonly #files: VectorStoreFiles;
  readonly #lifecycle: StoreLifecycle;

  constructor(files: VectorStoreFiles, lifecycle: StoreLifecycle) {
    this.#files = files;
    this.#lifecycle = lifecycle;
  }

  /** Reads an attached file. */
  file(fileId: FileId): Result<StoreFileView, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const file = store.value.phase === "live" ? this.#files.find(fileId) : null;
    return file ? ok(viewFile(store.value.id, file)) : err(notFound("vector store file", fileId));
  }

  /** Reads a batch. */
  batch(id: FileBatchId): Result<FileBatchView, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const batch = store.value.phase === "live" ? this.#files.batch(id) : null;
    if (!batch) return err(notFound("file batch", id));
    const { createdAt, isCancelled, in_progress, completed, failed, cancelled } = batch;
    const counts = { in_progress, completed, failed, cancelled };
    return ok(viewBatch(store.value.id, { id, createdAt, isCancelled: isCancelled === 1, counts }));
  }

  /** Reads one page of the files of the store, or of a batch. */
  page(query: PageQuery, batchId: FileBatchId | null): Result<FilePage, Refusal> {
    const store = this.#lifecycle.readExisting();
    if (!store.ok) return store;
    const { id, phase } = store.value;
    if (phase !== "live") return ok({ files: [], hasMore: false });
    const param = query.before === null ? "after" : "before";
    const cursorId = query.before ?? query.after;
    const cursor = cursorId === null ? null : this.#files.find(cursorId);
    if (cursorId !== null && !cursor) {
      const message = `'${param}' names ${cursorId}, which is not attached to this vector store.`;
      return err({ code: "invalid_request", message, param });
    }
    const { files, hasMore } = this.#files.page(query, cursor?.seq ?? null, batchId);
    return ok({ files: files.map((file) => viewFile(id, file)), hasMore });
  }
}
