import type { FileId } from "../ids.ts";

/** A passage that a search found: its file and its span in the file's text. */
export type ComparedPassage = {
  readonly fileId: FileId;
  readonly start: number;
  readonly end: number;
};

/**
 * Computes the share of the `limit` best passages that two searches have in common, 0 to 1: 1 if they found the same
 * ones, or both nothing. Two passages are the same if their spans in the text of one file overlap, so that generations
 * with other chunks can be compared. Each passage counts for one of the other search only.
 */
export function measureOverlap(
  one: readonly ComparedPassage[],
  other: readonly ComparedPassage[],
  limit: number,
): number {
  const [found, left] = [one.slice(0, limit), other.slice(0, limit)];
  const size = Math.max(found.length, left.length);
  if (size === 0) return 1;
  let common = 0;
  for (const passage of found) {
    const index = left.findIndex((candidate) => isOverlapping(passage, candidate));
    if (index < 0) continue;
    left.splice(index, 1);
    common++;
  }
  return common / size;
}

const isOverlapping = (one: ComparedPassage, other: ComparedPassage) =>
  one.fileId === other.fileId && one.start < other.end && other.start < one.end;
