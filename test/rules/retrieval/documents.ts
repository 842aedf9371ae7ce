import type { FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import {
  chunkTerms,
  FIRST_ANALYZER,
  findAnalyzer,
} from "../../../src/retrieval/analysis/analyzer.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";

/** Makes a file with its chunks as they are indexed, with one chunk for each text. */
export function makeDocument(
  name: string,
  texts: readonly string[],
  {
    version = 1,
    attributes = {},
    heading = "",
    analyzer = 1,
  }: { version?: number; attributes?: Attributes; heading?: string; analyzer?: number } = {},
): IndexedDocument {
  const { indexTerms } = findAnalyzer(analyzer);
  const fileId: FileId = `file-${name}`;
  const chunks = texts.map((text, ordinal) => {
    const [headingTerms, bodyTerms] = [indexTerms(heading), indexTerms(text)];
    return {
      id: `${name}-${String(ordinal).padStart(4, "0")}`,
      ordinal,
      start: 0,
      end: text.length,
      heading,
      text,
      places: null,
      units: null,
      headingTerms: headingTerms.join(" "),
      bodyTerms: bodyTerms.join(" "),
      length: headingTerms.length + bodyTerms.length,
      vector: quantize(hashTerms(chunkTerms(FIRST_ANALYZER, { heading, text }))),
    };
  });
  return { fileId, version, filename: `${name}.txt`, attributes, analyzer, chunks };
}
