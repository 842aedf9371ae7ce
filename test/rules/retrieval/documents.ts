import type { FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardDocument } from "../../../src/retrieval/search-types.ts";
import { chunkTerms } from "../../../src/retrieval/tokenize.ts";

/** Makes a file with its chunks in the form that is written to a search shard, with one chunk for each text. */
export function makeDocument(
  name: string,
  texts: readonly string[],
  { version = 1, attributes = {} }: { version?: number; attributes?: Attributes } = {},
): ShardDocument {
  const fileId: FileId = `file-${name}`;
  const chunks = texts.map((text, ordinal) => {
    const terms = chunkTerms("", text);
    const vector = hashTerms(terms);
    const id = `${name}-${String(ordinal).padStart(4, "0")}`;
    const joined = { terms: terms.join(" "), length: terms.length };
    return {
      id,
      ordinal,
      start: 0,
      end: text.length,
      heading: "",
      text,
      places: null,
      units: null,
      ...joined,
      vector,
    };
  });
  return { fileId, version, filename: `${name}.txt`, attributes, chunks };
}
