import { findAnalyzer, namedAnalyzer } from "../../../src/retrieval/analysis/analyzer.ts";
import type { ChangedFile, FilesPage } from "../../../src/retrieval/followers/changes-page.ts";
import type { ShardChunk, WriteOutcome } from "../../../src/retrieval/search-types.ts";
import { makeBlocks } from "../../../src/retrieval/segment/make-blocks.ts";
import type { ShardBatch } from "../../../src/retrieval/segment/shard-batch.ts";
import type { LoadedShard } from "../loaded-shard.ts";
import type { OpenShard } from "../open-shard.ts";
import type { StagedPartRow } from "../tables/staged-tables.ts";

/** A file of a page with its chunks, and the place of their vectors on the page. */
type WrittenFile = ChangedFile & {
  readonly chunks: readonly ShardChunk[];
  readonly vectors: Int8Array;
};

/** The way in which the chunks of a page are indexed. */
type PageMeans = Pick<FilesPage, "dimensions" | "analyzer">;

/**
 * Brings the files of a page in a follower to the state that they have in its shard. A page may be applied again. The
 * caller opens a transaction. Returns false if the page does not fit what the follower has, as after the shard was
 * restored or has got vectors of another length: then the follower has to copy everything again.
 */
export function applyPage(
  open: OpenShard,
  shard: LoadedShard,
  page: FilesPage,
  now: number,
): boolean {
  const { dimensions } = page;
  if (dimensions > 0 && shard.dimensions > 0 && dimensions !== shard.dimensions) return false;
  dropOthers(open, page.files[0]);
  const removed = page.files.filter(({ isRemoved }) => isRemoved);
  open.writer.remove(shard, removed, now);
  for (const { fileId, version } of removed) open.staged.remove(fileId, version);
  // Before new ones are written, which have their attributes.
  const hasAll = page.files.every((file) => setAttributes(open, shard, file));
  const written = listWritten(page).filter((file) => !isKnown(open, file));
  const [whole, parts] = [written.filter(isWhole), written.filter((file) => !isWhole(file))];
  const outcomes = [
    ...open.writer.write(shard, makePageBatch(whole, page)).map(({ outcome }) => outcome),
    ...parts.map((file) => addPart(open, shard, file, { page, now })),
  ];
  open.upkeep.keepUp(shard);
  return hasAll && outcomes.every((outcome) => outcome === "written");
}

/** Forgets the parts of all files but the one that the page continues, if it does. */
function dropOthers({ tables, staged }: OpenShard, first: ChangedFile | undefined): void {
  const isContinued = (part: StagedPartRow) =>
    part.fileId === first?.fileId && part.version === first.version && first.from > 0;
  staged.drop(tables.staged.all().filter((part) => !isContinued(part)));
}

const isWhole = ({ from, chunkCount, chunks }: WrittenFile) =>
  from === 0 && chunks.length === chunkCount;

function listWritten({ files, vectors, dimensions }: FilesPage): WrittenFile[] {
  let at = 0;
  return files.flatMap((file) => {
    const { chunks } = file;
    if (chunks === null) return [];
    const from = at;
    at += chunks.length;
    return [{ ...file, chunks, vectors: vectors.subarray(from * dimensions, at * dimensions) }];
  });
}

/** Tests whether the follower has this version of a file: its chunks never change. */
function isKnown({ tables }: OpenShard, { fileId, version }: ChangedFile): boolean {
  const known = tables.chunks.find(fileId);
  return known !== null && known.removedAt === null && known.version === version;
}

function addPart(
  open: OpenShard,
  shard: LoadedShard,
  file: WrittenFile,
  { page, now }: { readonly page: PageMeans; readonly now: number },
): WriteOutcome["outcome"] {
  const { from, chunks, chunkCount, fileId, version, filename, attributes } = file;
  const batch = makePageBatch([file], page);
  const outcome = open.staged.stage(shard, { batch, from }, now);
  if (outcome !== "written" || from + chunks.length < chunkCount) return outcome;
  return open.staged.publish(shard, { fileId, version, filename, attributes, chunkCount });
}

/**
 * Sets the attributes of a file whose chunks the follower has: its attributes change without its version, and its version
 * without its chunks. Returns false if the follower lacks a file that it should have.
 */
function setAttributes(open: OpenShard, shard: LoadedShard, file: ChangedFile): boolean {
  if (file.isRemoved || (file.chunks !== null && !isKnown(open, file))) return true;
  const { fileId, version, attributes } = file;
  const known = open.tables.chunks.find(fileId);
  if (!known || known.removedAt !== null) return false;
  open.tables.chunks.setAttributes(fileId, version, attributes);
  if (known.ordinal !== null) shard.setAttributes(known.ordinal, attributes);
  return true;
}

/** Makes the posting lists of a page here, from its texts, as the consumer of a queue makes those of a shard. */
function makePageBatch(
  files: readonly WrittenFile[],
  { dimensions, ...page }: PageMeans,
): ShardBatch {
  const analyzer = namedAnalyzer(page);
  const { indexTerms } = findAnalyzer(analyzer);
  const terms = files.flatMap(({ filename, chunks }) => {
    const name = indexTerms(filename);
    return chunks.map(({ heading, text }) => ({
      heading: indexTerms(heading),
      body: indexTerms(text),
      name,
    }));
  });
  const vectors = new Int8Array(terms.length * dimensions);
  let at = 0;
  for (const file of files) {
    vectors.set(file.vectors, at * dimensions);
    at += file.chunks.length;
  }
  const documents = files.map(({ fileId, version, filename, attributes, chunks }) => ({
    fileId,
    version,
    filename,
    attributes,
    chunks,
  }));
  return { analyzer, documents, blocks: makeBlocks(terms), dimensions, vectors };
}
