import type { FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { indexTerms } from "../../../src/retrieval/tokenize.ts";

/** Makes a file with its chunks as they are indexed, with one chunk for each text. */
export function makeDocument(
  name: string,
  texts: readonly string[],
  {
    version = 1,
    attributes = {},
    heading = "",
  }: { version?: number; attributes?: Attributes; heading?: string } = {},
): IndexedDocument {
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
      vector: quantize(hashTerms([...headingTerms, ...bodyTerms])),
    };
  });
  return { fileId, version, filename: `${name}.txt`, attributes, chunks };
}
