import { compareLines, foldLines } from "./compare-lines.ts";

/** Longer texts are not compared: it would take long. */
const LINES_MAX = 4_000;

/** The lines in which two texts differ, each with some lines around it. */
export function Differences({ before, after }: { before: string; after: string }) {
  if (before === after) return <p class="soft">The two are the same.</p>;
  if (Math.max(before.split("\n").length, after.split("\n").length) > LINES_MAX) {
    return <p class="soft">They have more than {LINES_MAX} lines, too many to compare here.</p>;
  }
  return (
    <ol class="diff code" aria-label="Lines">
      {foldLines(compareLines(before, after)).map((line, index) =>
        line ? (
          <li key={index} class={`diff-${line.state}`}>
            {MARKS[line.state]} {line.text}
          </li>
        ) : (
          <li key={index} class="soft">
            …
          </li>
        ),
      )}
    </ol>
  );
}

const MARKS = { same: " ", added: "+", removed: "−" } as const;
