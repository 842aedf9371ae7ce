import type { Grounding } from "../../api/operations.ts";
import { explainRemoval } from "./reasons.ts";

/** The citations that were removed from an answer, with the sentences that lost them. */
export function Removals({ grounding: { removals = [] } }: { grounding: Grounding }) {
  if (removals.length === 0) return null;
  return (
    <section class="card stack" aria-label="Removed citations">
      <h2>Removed citations</h2>
      <ul class="removals">
        {removals.map(({ reason, sentence }, index) => (
          <li key={index}>
            {sentence === null ? (
              <span class="soft">A sentence that was held back</span>
            ) : (
              <q dir="auto">{sentence}</q>
            )}
            <span class="soft small"> The passage {explainRemoval(reason)}.</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
