import { PublicError } from "../../public-error.ts";
import { indexTerms, readTerms } from "../tokenize.ts";
import { foldWithOffsets } from "./fold-with-offsets.ts";
import { readFurtherTerms } from "./further-terms.ts";
import type { TakeTerm } from "./take-term.ts";

/**
 * The rules by which texts become index terms: folding, words, stop words and stems. A generation of a store's index
 * has one version of them: its chunks and the questions to it are analysed by the same. A version never changes, since
 * the terms in stored segments would no longer be those of questions; another rule is another version.
 */
export type Analyzer = {
  readonly version: number;
  /** Splits a text into index terms, in an order that says nothing. They are without spaces. */
  readonly indexTerms: (text: string) => string[];
  /** Calls `take` with each index term and its place in the text; with none if places cannot be mapped to the text. */
  readonly readPlaces: (text: string, take: TakeTerm) => void;
};

/** Thrown for a version of the analyzer that this build does not have: a newer build has made the index. */
export class UnknownAnalyzer extends PublicError {
  override readonly name = "UnknownAnalyzer";

  constructor(version: number) {
    super(
      `The index of the vector store is made by version ${version} of the analyzer, which this build does not have. ` +
        "Run the newer build again, or reindex the store with a version that this build has.",
    );
  }
}

/**
 * Version 1: words, stemmed as English if they are of ASCII letters. `hash-1` hashes its terms, whatever version a
 * generation has, so that a vector depends on the text alone.
 */
export const FIRST_ANALYZER: Analyzer = {
  version: 1,
  indexTerms,
  readPlaces(text, take) {
    const read = foldWithOffsets(text);
    if (!read) return;
    readTerms(read.folded, (term, start, end) => {
      if (end > start) take(term, read.starts[start] ?? 0, read.ends[end - 1] ?? 0);
    });
  },
};

/** Version 2: the terms of version 1, and those of `readFurtherTerms`. */
const SECOND_ANALYZER: Analyzer = {
  version: 2,
  indexTerms(text) {
    const terms = indexTerms(text);
    readFurtherTerms(text, (term) => terms.push(term));
    return terms;
  },
  readPlaces(text, take) {
    FIRST_ANALYZER.readPlaces(text, take);
    readFurtherTerms(text, take);
  },
};

const ANALYZERS: ReadonlyMap<number, Analyzer> = new Map(
  [FIRST_ANALYZER, SECOND_ANALYZER].map((one) => [one.version, one]),
);

/** The versions of the analyzer that this build has, in ascending order. */
export const ANALYZER_VERSIONS: readonly number[] = [...ANALYZERS.keys()];

/** Finds a version of the analyzer. Throws `UnknownAnalyzer` if this build does not have it. */
export function findAnalyzer(version: number): Analyzer {
  const found = ANALYZERS.get(version);
  if (!found) throw new UnknownAnalyzer(version);
  return found;
}

/**
 * Returns the version that a plan, a task or a page names; 1 if it names none, since it is of a build that had this one
 * alone.
 */
export const namedAnalyzer = ({ analyzer }: { readonly analyzer?: number | undefined }): number =>
  analyzer ?? FIRST_ANALYZER.version;

/** Counts the index terms of a question, in the order of their first occurrence. */
export function questionTerms(analyzer: Analyzer, text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of analyzer.indexTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Returns the index terms of a chunk: those of its headings, then those of its text. */
export function chunkTerms(
  { indexTerms: split }: Pick<Analyzer, "indexTerms">,
  { heading, text }: { readonly heading: string; readonly text: string },
): string[] {
  return heading === "" ? split(text) : [...split(heading), ...split(text)];
}
