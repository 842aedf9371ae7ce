import type { IndexGeneration, VectorStoreReindex } from "../../api/operations.ts";
import { countOf, formatNumber } from "../../state/words.ts";
import { PLACES } from "./reindex-words.ts";

type Row = readonly [label: string, read: (generation: IndexGeneration) => string];

const ROWS: readonly Row[] = [
  ["Status", ({ status }) => STATUS[status]],
  ["Model of the vectors", ({ embedding_model: model }) => model],
  ["Analyzer of words", ({ analyzer_version: version }) => `Version ${version}`],
  ["Chunks", ({ chunking_strategy: { static: sizes } }) => describeSizes(sizes)],
  ["Search shards", ({ search_shards: shards }) => (shards === null ? "–" : formatNumber(shards))],
  ["Place of the vectors", ({ dense_index: place }) => (place === null ? "–" : PLACES[place])],
];

const STATUS: Readonly<Record<IndexGeneration["status"], string>> = {
  building: "is built",
  ready: "ready",
  serving: "searches read it",
  retired: "kept for the way back",
  erasing: "is erased",
  erased: "erased",
};

const describeSizes = (sizes: IndexGeneration["chunking_strategy"]["static"]) =>
  `up to ${countOf(sizes.max_chunk_size_tokens, "token")}, ${formatNumber(sizes.chunk_overlap_tokens)} repeated`;

/** Both generations of a reindex beside each other. What differs is set off. */
export const Generations = ({ reindex: { from, to } }: { reindex: VectorStoreReindex }) => (
  <div class="table-box" tabIndex={0} role="group" aria-label="Both generations">
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">Generation {from.number}</th>
          <th scope="col">Generation {to.number}</th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([label, read]) => {
          const [before, after] = [read(from), read(to)];
          return (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{before}</td>
              <td>{before === after ? after : <b>{after}</b>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);
