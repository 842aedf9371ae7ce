import type { CorpusShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestReport } from "./ingest-types.ts";

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

/** Returns the outcome for a file that was refused: it moves to a corpus database with room, or waits for one. */
export const describeFull = ({ elsewhere }: CorpusFull): IngestReport["outcome"] =>
  elsewhere === null
    ? { kind: "retry", message: NO_ROOM, away: { afterMs: FULL_WAIT_MS } }
    : { kind: "moved", corpusShard: elsewhere };
