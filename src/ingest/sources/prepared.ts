import type { AboutText, AlsoOutcome, IndexTarget, IngestTask } from "../ingest-types.ts";
import type { IndexPart } from "../write-parts.ts";
import type { ChunkSource } from "./chunk-source.ts";

/**
 * A file with all its chunks, ready to be stored: those of the task's generation, and of the other one if there is one,
 * or the outcome of what failed there.
 */
export type Prepared = {
  readonly own: IndexPart;
  readonly also: IndexPart | AlsoOutcome | null;
  readonly about: AboutText;
};

/** The chunks of a file for a generation, which are read in windows. */
export type LongPart = { readonly target: IndexTarget; readonly chunks: ChunkSource };

/** A file that has more chunks than one call takes, in one of its generations at least. */
export type LongText = {
  readonly task: IngestTask;
  readonly own: LongPart;
  readonly also: LongPart | AlsoOutcome | null;
  readonly about: AboutText;
};
