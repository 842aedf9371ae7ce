import { Name } from "../../parts/text.tsx";
import type { Hit, RankedHit } from "./compare-ranks.ts";

type HitListProps = { readonly ranks: readonly RankedHit[]; readonly onOpen: (hit: Hit) => void };

/** The results of a search, best first, each with its score and the change of its rank. */
export const HitList = ({ ranks, onOpen }: HitListProps) => (
  <ol class="hits">
    {ranks.map(({ hit, rank, otherRank }) => (
      <li key={hit.explanation?.chunk_id ?? rank}>
        <button type="button" class="hit" onClick={() => onOpen(hit)}>
          <span class="hit-head">
            <b>{rank + 1}</b>
            <Name of={hit.filename} />
            <Change rank={rank} otherRank={otherRank} />
            <span class="hit-score">{hit.score.toFixed(2)}</span>
          </span>
          <Bars hit={hit} />
          <span class="hit-text" dir="auto">
            {hit.content.map(({ text }) => text).join(" ")}
          </span>
        </button>
      </li>
    ))}
  </ol>
);

function Change({ rank, otherRank }: { rank: number; otherRank: number | null }) {
  if (otherRank === null) return <span class="tag">only here</span>;
  if (otherRank === rank) return null;
  const words = `rank ${otherRank + 1} in the other list`;
  return (
    <span class="soft small" title={words}>
      {otherRank > rank ? "▲" : "▼"} {Math.abs(otherRank - rank)}
      <span class="hidden"> {words}</span>
    </span>
  );
}

/** The two parts of a score: that of the words and that of the vectors, each by its weight. */
function Bars({ hit: { explanation } }: { hit: Hit }) {
  if (!explanation) return null;
  const { weights, lexical, dense } = explanation;
  return (
    <span class="bars" aria-hidden="true">
      <span class="bar bar-words" style={{ width: `${weights.lexical * lexical.score * 100}%` }} />
      <span class="bar bar-vectors" style={{ width: `${weights.dense * dense * 100}%` }} />
    </span>
  );
}
