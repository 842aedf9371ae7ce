import type { FileStage } from "../../src/knowledge/file-stage.ts";
import type { StageNote } from "../../src/knowledge/vector-store-types.ts";
import type { Attachment } from "./tables/attachment-row.ts";

/**
 * The stages of files that are being indexed, as their consumers report them. They are kept in memory alone: a row for
 * each would cost more than a person who watches gains. After a restart of the object, a file that a consumer has taken
 * is shown as `parsing` until the consumer reports again.
 */
export class FileStages {
  readonly #notes = new Map<string, StageNote>();

  /** Keeps the stage of a file, in place of an earlier one. */
  note(note: StageNote): void {
    this.#notes.set(note.fileId, note);
  }

  /** Forgets the stage of a file, because a consumer has reported an outcome. */
  forget(fileId: string): void {
    this.#notes.delete(fileId);
  }

  /** Returns the stage of a file; null unless it is being indexed. */
  find({ fileId, version, status, takes }: Attachment): FileStage | null {
    if (status !== "in_progress") return null;
    const note = this.#notes.get(fileId);
    if (note?.version === version) return note.stage;
    return takes > 0 ? "parsing" : "queued";
  }
}
