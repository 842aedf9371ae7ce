import type { SearchExplanation } from "../../api/operations.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Name } from "../../parts/text.tsx";
import { linkWith } from "../../state/links.ts";
import type { Hit } from "./compare-ranks.ts";

type HitDialogProps = { readonly hit: Hit; readonly storeId: string; readonly onClose: () => void };

/** One passage that was found: its text, its place, and the parts of its score. */
export function HitDialog({ hit, storeId, onClose }: HitDialogProps) {
  const { explanation, heading_path: headings = [], page } = hit;
  const place = [...(page ? [`Page ${page}`] : []), ...headings].join(" › ");
  return (
    <Dialog title="Why this score" place="side" onClose={onClose}>
      <div>
        <h3>
          <Name of={hit.filename} />
        </h3>
        {place !== "" && <p class="soft small">{place}</p>}
      </div>
      {explanation && <ScoreTable explanation={explanation} />}
      <div class="card source-text" dir="auto">
        {hit.content.map(({ text }) => text).join("\n")}
      </div>
      {explanation && (
        <p>
          <a
            href={linkWith(`/files/${hit.file_id}`, {
              store: storeId,
              chunk: explanation.chunk_id,
              start: String(explanation.start_index),
              end: String(explanation.end_index),
            })}
          >
            Open the file at this passage
          </a>
        </p>
      )}
    </Dialog>
  );
}

const format = (score: number) => score.toFixed(3);

/** The sum that a score is: words and vectors by their weights, and the share of every word. */
function ScoreTable({ explanation }: { explanation: SearchExplanation }) {
  const { score, weights, lexical, dense } = explanation;
  const terms = lexical.terms.toSorted((one, other) => other.contribution - one.contribution);
  return (
    <>
      <div class="table-box" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>Part</th>
              <th class="number">Score</th>
              <th class="number">Weight</th>
              <th class="number">Share</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>Words</td>
              <td class="number">{format(lexical.score)}</td>
              <td class="number">{format(weights.lexical)}</td>
              <td class="number">{format(lexical.score * weights.lexical)}</td>
            </tr>
            <tr>
              <td>Vectors</td>
              <td class="number">{format(dense)}</td>
              <td class="number">{format(weights.dense)}</td>
              <td class="number">{format(dense * weights.dense)}</td>
            </tr>
            <tr>
              <td>
                <b>Score</b>
              </td>
              <td />
              <td />
              <td class="number">
                <b>{format(score)}</b>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      {terms.length > 0 && (
        <div class="table-box" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>Word of the question</th>
                <th class="number">In passage</th>
                <th class="number">Rarity</th>
                <th class="number">Share</th>
              </tr>
            </thead>
            <tbody>
              {terms.map(({ term, frequency, idf, contribution }) => (
                <tr key={term}>
                  <td>
                    <bdi>{term}</bdi>
                  </td>
                  <td class="number">{frequency === 0 ? "–" : `${frequency} ×`}</td>
                  <td class="number">{idf.toFixed(1)}</td>
                  <td class="number">{format(contribution)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="soft small">
        The passage has {lexical.length} words, {Math.round(lexical.averageLength)} are usual. A
        word counts more if few passages have it.
      </p>
    </>
  );
}
