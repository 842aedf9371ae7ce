import { parseJson } from "../../../src/columns.ts";
import type {
  BegunFile,
  ChangedFile,
  ChangesPage,
  ChangesRequest,
  CopyCursor,
} from "../../../src/retrieval/followers/changes-page.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";
import type { CopiedFile } from "../tables/copy-tables.ts";
import type { ShardTables } from "../tables/shard-tables.ts";

/** Files and chunks of one page: a follower takes one in about 30 ms. A larger file comes in several pages. */
const FILES_MAX = 100;
const CHUNKS_MAX = 200;

/** The files of a page, with the numbers of their chunks on it. */
type Chosen = {
  readonly files: readonly { readonly file: CopiedFile; readonly from: number; run: NumberRun }[];
  readonly hasMore: boolean;
};

/**
 * Reads the next page for a follower: files by their ids until it has all of them, then the files that were changed
 * since. A page shows each file as it is now, so the follower is in the same state as the shard after a page behind
 * which there is none. The caller opens a transaction. `now` is in milliseconds since the epoch.
 */
export function readChanges(
  tables: ShardTables,
  dimensions: number,
  { epoch, cursor, begun }: ChangesRequest,
  now: number,
): ChangesPage {
  const point = tables.followed.renew(now);
  if (epoch !== point.epoch) return { kind: "again", point };
  // The shard was restored to a time before the changes that the follower has.
  if (cursor.kind === "changes" && cursor.after > point.head) {
    return { kind: "again", point: tables.followed.restart(now) };
  }
  const found =
    cursor.kind === "files"
      ? tables.copies.filesAfter(cursor.after, FILES_MAX)
      : tables.copies.changedAfter(cursor.after, FILES_MAX);
  const { files, hasMore } = choose(found, cursor, begun);
  const runs = files.map(({ run }) => run);
  return {
    kind: "files",
    files: files.map(({ file, from, run }) => readFile(tables, file, from, run, cursor)),
    vectors: readVectors(tables, runs, dimensions),
    dimensions,
    analyzer: tables.analyzer.read(),
    point,
    hasMore,
  };
}

/** Chooses as many files as a page has room for. A file that has none by itself is alone on its pages. */
function choose(found: readonly CopiedFile[], cursor: CopyCursor, begun: BegunFile | null): Chosen {
  const files: { file: CopiedFile; from: number; run: NumberRun }[] = [];
  let room = CHUNKS_MAX;
  for (const file of found) {
    const isBegun = begun?.fileId === file.fileId && begun.version === file.version;
    const from = isBegun && files.length === 0 ? begun.count : 0;
    const left = isNew(file, cursor) ? file.chunkCount - from : 0;
    if (files.length > 0 && left > room) return { files, hasMore: true };
    const count = Math.min(left, room);
    files.push({ file, from, run: { first: file.firstChunk + from, count } });
    if (count < left) return { files, hasMore: true };
    room -= count;
  }
  return { files, hasMore: found.length === FILES_MAX };
}

/** Tests whether a follower at this cursor may lack the chunks of a file. */
function isNew({ removedAt, rewritten }: CopiedFile, cursor: CopyCursor): boolean {
  if (removedAt !== null) return false;
  return cursor.kind === "files" || (rewritten ?? 0) > cursor.complete;
}

function readFile(
  tables: ShardTables,
  file: CopiedFile,
  from: number,
  run: NumberRun,
  cursor: CopyCursor,
): ChangedFile {
  const { fileId, version, filename, chunkCount, changed, removedAt } = file;
  return {
    fileId,
    version,
    change: changed ?? 0,
    isRemoved: removedAt !== null,
    filename,
    attributes: parseJson(file.attributes),
    chunkCount,
    from,
    chunks: isNew(file, cursor) ? tables.copies.chunks(run) : null,
  };
}

function readVectors(
  tables: ShardTables,
  runs: readonly NumberRun[],
  dimensions: number,
): Int8Array {
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  const vectors = new Int8Array(count * dimensions);
  let at = 0;
  for (const run of runs) {
    if (run.count > 0) vectors.set(tables.vectors.readWithOwn(run, dimensions), at * dimensions);
    at += run.count;
  }
  return vectors;
}
