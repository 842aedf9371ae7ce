import type { Item } from "./item.ts";
import type { ResponseObject } from "./response-object.ts";

/** A file that was found for an answer. */
export type ResponseSource = {
  readonly fileId: string;
  /** The file's name when the answer was made; null if the response has kept none of it. */
  readonly filename: string | null;
  /** The number of citations of the file in the answer. */
  readonly citations: number;
};

/**
 * Lists the files of a response, each once: those that its answer cites and those whose passages its searches have
 * found. The response must be read with its results and the stages of its searches.
 */
export function listSources({
  output,
  retrieval,
}: Pick<ResponseObject, "output" | "retrieval">): ResponseSource[] {
  const cited = output.flatMap(readCitations);
  const given = output.flatMap((item) =>
    item.type === "file_search_call" ? (item.results ?? []) : [],
  );
  const found = (retrieval?.searches ?? []).flatMap(({ passages }) => passages);
  const names = new Map(
    [...given, ...cited].map(({ file_id: id, filename }) => [id, filename] as const),
  );
  const ids = new Set([...cited, ...given, ...found].map(({ file_id: id }) => id));
  return [...ids].map((fileId) => ({
    fileId,
    filename: names.get(fileId) ?? null,
    citations: cited.filter(({ file_id: id }) => id === fileId).length,
  }));
}

function readCitations(item: Item) {
  if (item.type !== "message" || item.role !== "assistant") return [];
  return item.content.flatMap((part) => (part.type === "output_text" ? part.annotations : []));
}
