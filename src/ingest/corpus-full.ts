import type { CorpusShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestReport, IngestTask } from "./ingest-types.ts";

/** Thrown when a corpus database refuses a write because it is full. */
export class CorpusFull extends Error {
  override readonly name = "CorpusFull";
  /** The database with the most room, to which the files move; null if every one is full. */
  readonly elsewhere: CorpusShardNumber | null;

  constructor(number: CorpusShardNumber, elsewhere: CorpusShardNumber | null) {
    super(`The corpus database CORPUS_${number} is full`);
    this.elsewhere = elsewhere;
  }
}

/** The wait before a file is tried again for which no corpus database has room: five minutes. */
const FULL_WAIT_MS = 5 * 60_000;
const NO_ROOM =
  "Every database for the texts of files is full. Delete files, or ask the operator to add a database.";

/** A copy is in the database of the file's record, which moves only while the file is indexed. */
const NO_ROOM_FOR_COPY: IngestReport["outcome"] = {
  kind: "failed",
  code: "server_error",
  message:
    "The database with the text of the file has no room for its copy. Attach the file again, which moves it to a " +
    "database with room; or delete files and resume the reindex.",
};

/**
 * Returns the outcome for a file that was refused: it moves to a corpus database with room, or waits for one. A copy of
 * a file fails if it would have to move.
 */
export function describeFull(
  { elsewhere }: CorpusFull,
  { isCopy }: Pick<IngestTask, "isCopy">,
): IngestReport["outcome"] {
  if (elsewhere === null)
    return { kind: "retry", message: NO_ROOM, away: { afterMs: FULL_WAIT_MS } };
  return isCopy ? NO_ROOM_FOR_COPY : { kind: "moved", corpusShard: elsewhere };
}
