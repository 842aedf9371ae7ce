import type { VectorStoreReindex } from "../../api/operations.ts";
import { countOf, formatNumber } from "../../state/words.ts";

/** How far both generations find the same for questions that were asked before. */
export function Comparison({ reindex }: { reindex: VectorStoreReindex }) {
  const { comparison, automatic, status } = reindex;
  if (comparison === null) {
    const isComing = status === "ready" && !automatic;
    return isComing ? <p class="soft">Both generations are being compared …</p> : null;
  }
  const { questions, overlap_at_10: overlap, same } = comparison;
  if (overlap === null) {
    return (
      <p class="soft">
        Nothing was compared: the store keeps no question that was asked before. Search for some.
      </p>
    );
  }
  return (
    <div class="stack">
      <p>
        <b>{Math.round(overlap * 100)} %</b> of the ten best passages are the same in both
        generations. They were searched with {countOf(questions, "question")} that{" "}
        {questions === 1 ? "was" : "were"} asked before; for {formatNumber(same)} of{" "}
        {formatNumber(questions)}, all ten are the same.
      </p>
      <meter min={0} max={1} value={overlap} aria-label="Share of passages that are the same" />
      <p class="soft small">
        A low number is no fault by itself: a better model finds other passages.
      </p>
    </div>
  );
}
