import { useState } from "preact/hooks";

import type { ModelResponse, ResponseSource, Retrieval } from "../../api/operations.ts";
import { Note } from "../../parts/notice.tsx";
import { type SourcePlace, SourcePanel } from "../../parts/source/source-panel.tsx";
import { Name } from "../../parts/text.tsx";
import { countOf } from "../../state/words.ts";
import { explainRemoval } from "./reasons.ts";

type Search = Retrieval["searches"][number];
type Passage = Search["passages"][number];

type SearchesProps = {
  readonly response: ModelResponse;
  /** The files of the answer as they are now; none until they are read. */
  readonly sources: readonly ResponseSource[];
};

/** The searches of an answer, and the way of each passage through them. */
export function Searches({ response, sources }: SearchesProps) {
  const [source, setSource] = useState<SourcePlace | null>(null);
  const searches = response.retrieval?.searches ?? [];
  const names = readNames(response, sources);
  const deleted = sources.filter(({ status }) => status === "deleted");
  const stores = response.tools.flatMap((tool) =>
    tool.type === "file_search" ? tool.vector_store_ids : [],
  );
  if (searches.length === 0) {
    return (
      <Note>
        <p>
          {stores.length === 0
            ? "No documents were searched for this answer: it was asked without a store."
            : "The searches of this answer were not kept: it was made by an earlier version, by a workflow of the project, or without a search."}
        </p>
      </Note>
    );
  }
  const open = (passage: Passage) =>
    setSource({
      file_id: passage.file_id,
      filename: names.get(passage.file_id) ?? passage.file_id,
      chunk_id: passage.chunk_id,
      source_start: passage.start_index,
      source_end: passage.end_index,
    });
  return (
    <>
      <DeletedNote sources={deleted} />
      {searches.map((search, index) => (
        <SearchTable
          key={index}
          search={search}
          names={names}
          deleted={new Set(deleted.map(({ id }) => id))}
          onOpen={open}
        />
      ))}
      {source && <SourcePanel place={source} stores={stores} onClose={() => setSource(null)} />}
    </>
  );
}

/** Says which files of an answer do not exist any more. */
const DeletedNote = ({ sources }: { sources: readonly ResponseSource[] }) => (
  <div role="status">
    {sources.length > 0 && (
      <Note kind="warning">
        <p>
          Deleted since the answer was made, so that the source cannot be opened:{" "}
          {sources.map(({ id, filename, citations }, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Name of={filename ?? "a file"} />
              {citations > 0 && ` (${countCitations(citations)})`}
            </span>
          ))}
          .
        </p>
      </Note>
    )}
  </div>
);

type TableProps = {
  readonly search: Search;
  readonly names: ReadonlyMap<string, string>;
  readonly deleted: ReadonlySet<string>;
  readonly onOpen: (passage: Passage) => void;
};

function SearchTable({
  search: { queries, degraded, partial, passages },
  names,
  deleted,
  onOpen,
}: TableProps) {
  const given = passages.filter((one) => one.left_out === null).length;
  const cited = passages.filter(({ citations }) => citations > 0).length;
  return (
    <section class="stack" aria-label="Search">
      <h2>
        Searched for <q dir="auto">{queries.join(" · ")}</q>
      </h2>
      <p class="soft small">
        {countOf(passages.length, "passage")} found, {given} given to the model, {cited} cited.
        {degraded !== null &&
          ` The embedding model was away (${degraded.replaceAll("_", " ")}), so vectors count nothing.`}
        {partial && " A part of the documents did not answer in time, so passages are missing."}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table is scrolled by keys */}
      <div class="table-box" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>Passage</th>
              <th class="number">Words</th>
              <th class="number">Vectors</th>
              <th class="number">Together</th>
              <th>In the answer</th>
            </tr>
          </thead>
          <tbody>
            {passages.map((passage) => (
              <tr key={passage.chunk_id} class={passage.citations > 0 ? "is-cited" : undefined}>
                <td>
                  {deleted.has(passage.file_id) ? (
                    <>
                      <Name of={names.get(passage.file_id) ?? passage.file_id} />{" "}
                      <span class="tag">deleted</span>
                    </>
                  ) : (
                    <button type="button" class="link" onClick={() => onOpen(passage)}>
                      <Name of={names.get(passage.file_id) ?? passage.file_id} />
                    </button>
                  )}
                </td>
                <Rank stage={passage.words} />
                <Rank stage={passage.vectors} />
                <Rank stage={passage.combined} />
                <td>{explainFate(passage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const Rank = ({ stage: { score, rank } }: { stage: Passage["words"] }) => (
  <td class="number nowrap">
    {rank === null ? <span class="soft">–</span> : <b>{rank}.</b>}{" "}
    <span class="soft small">{score.toFixed(2)}</span>
  </td>
);

function explainFate({ left_out: leftOut, citations, removed }: Passage): string {
  if (leftOut === "score_threshold") return "Not given to the model: below the least score";
  if (leftOut === "max_num_results") return "Not given to the model: beyond the number of results";
  const taken = removed.map(
    (reason) => `a citation was removed, since the passage ${explainRemoval(reason)}`,
  );
  const cited = citations > 0 ? [countCitations(citations)] : [];
  const words = [...cited, ...taken].join("; ");
  return words === ""
    ? "Given to the model, not cited"
    : words.charAt(0).toUpperCase() + words.slice(1);
}

const countCitations = (count: number) => `cited ${count === 1 ? "once" : `${count} times`}`;

/** Returns the names of the files of passages: those of the results that the model got are in the response. */
function readNames({ output }: ModelResponse, sources: readonly ResponseSource[]) {
  const given = output.flatMap((item) =>
    item.type === "file_search_call"
      ? (item.results ?? []).map((result) => [result.file_id, result.filename] as const)
      : [],
  );
  const listed = sources.map(({ id, filename }) => [id, filename ?? "A deleted file"] as const);
  return new Map([...given, ...listed]);
}
