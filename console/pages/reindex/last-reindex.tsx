import type { VectorStoreReindex } from "../../api/operations.ts";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { countOf, formatNumber } from "../../state/words.ts";
import { Comparison } from "./comparison.tsx";
import { Failures } from "./failures.tsx";
import { Generations } from "./generations.tsx";
import { ReindexActions } from "./reindex-actions.tsx";
import { AUTOMATIC, REINDEX_MEANING, REINDEX_STATUS, REINDEX_TONE } from "./reindex-words.ts";

type LastReindexProps = {
  readonly reindex: VectorStoreReindex;
  /** False for a store that was deleted meanwhile. */
  readonly canAct: boolean;
  readonly onChanged: () => void;
};

/** The last reindex of a store: how far it is, both generations, and what can be done with it. */
export function LastReindex({ reindex, canAct, onChanged }: LastReindexProps) {
  const { status, automatic, file_counts: counts } = reindex;
  const isBuilt = status !== "building" && status !== "paused";
  return (
    <section class="card stack" aria-label="Last reindex">
      <div class="row">
        <h2>Last reindex</h2>
        <Status of={REINDEX_TONE[status]} label={REINDEX_STATUS[status]} />
      </div>
      <p role="status">{REINDEX_MEANING[status]}</p>
      {automatic && <p class="soft">{AUTOMATIC}</p>}
      {!isBuilt && (
        <progress max={Math.max(1, counts.total)} value={counts.checked} aria-label="Files built" />
      )}
      <Counts counts={counts} />
      {canAct && <ReindexActions reindex={reindex} onChanged={onChanged} />}
      <Failures reindex={reindex} />
      {isBuilt && <Comparison reindex={reindex} />}
      <Generations reindex={reindex} />
      <Times reindex={reindex} />
      {reindex.erased && <Erased erased={reindex.erased} />}
    </section>
  );
}

const Counts = ({ counts }: { counts: VectorStoreReindex["file_counts"] }) => (
  <p class="soft">
    {formatNumber(counts.checked)} of {countOf(counts.total, "file")} passed, {counts.copied}{" "}
    copied, {counts.waiting} to be copied, {counts.failed} failed.
  </p>
);

const TIMES: readonly (readonly [
  label: string,
  read: (of: VectorStoreReindex) => number | null,
])[] = [
  ["Begun", (reindex) => reindex.created_at],
  ["Ready", (reindex) => reindex.ready_at],
  ["Compared", ({ comparison }) => comparison?.compared_at ?? null],
  ["Switched last", (reindex) => reindex.switched_at],
  ["Reverted last", (reindex) => reindex.reverted_at],
  ["Old one kept until", (reindex) => reindex.kept_until],
  ["Ended", (reindex) => reindex.ended_at],
];

/** The history of the reindex, as far as it has happened. */
const Times = ({ reindex }: { reindex: VectorStoreReindex }) => (
  <Facts
    facts={TIMES.flatMap(([label, read]) => {
      const at = read(reindex);
      return at === null ? [] : [[label, <Age at={at} />] as const];
    })}
  />
);

/** What the generation that is left behind had. */
function Erased({ erased }: { erased: NonNullable<VectorStoreReindex["erased"]> }) {
  const { generation, objects, chunks, vectors, vectorize, rows } = erased;
  return (
    <p class="soft small">
      Erased of generation {generation}: {countOf(objects, "search shard")},{" "}
      {countOf(chunks, "chunk")}, {countOf(vectors, "vector")} in shards, {countOf(rows, "row")} of
      databases
      {vectorize &&
        `, ${countOf(vectorize.deleted, "vector")} of Vectorize, where ${formatNumber(vectorize.pending)} are pending`}
      .
    </p>
  );
}
