import { describe, expect, it } from "vitest";

import { askFor, bothTiers, rank } from "./coded-store.ts";
import { drawMixture, drawTexts, embed, indexTexts, toRows } from "./vectors.ts";

const QUESTIONS = 40;

/** The share of the exact tier's ten best that the coded tier finds, over questions drawn as the stored vectors. */
function measureRecall(stored: readonly Float32Array[], questions: readonly Float32Array[]) {
  const rows = toRows(stored);
  const { coded, exact, reads } = bothTiers(rows, stored[0]?.length ?? 0);
  let found = 0;
  let wanted = 0;
  for (const vector of questions) {
    const question = askFor(vector, rows.length);
    const best = rank(exact.score(question), question);
    const seen = new Map(
      rank(coded.score(question), question).map((hit) => [hit.position, hit.score]),
    );
    wanted += best.length;
    found += best.filter(({ position, score }) => seen.get(position) === score).length;
  }
  return { recall: found / wanted, readsEach: reads.rows / questions.length };
}

describe("by vector alone, the coded tier finds 99 % of the best ten", () => {
  it.each([
    { name: "clear topics", dimensions: 384, topics: 200, spread: 0.5, noise: 0.3, shared: 0.5 },
    { name: "noisy topics", dimensions: 256, topics: 500, spread: 0.3, noise: 1, shared: 0 },
    { name: "one broad topic", dimensions: 320, topics: 1, spread: 1, noise: 0.5, shared: 2 },
  ])("of $name", (mixture) => {
    const draw = drawMixture(17, mixture);
    const stored = Array.from({ length: 8_000 }, draw);
    const { recall, readsEach } = measureRecall(stored, Array.from({ length: QUESTIONS }, draw));
    expect(recall).toBeGreaterThanOrEqual(0.99);
    expect(readsEach).toBeLessThan(1_200);
  });

  it("of hash-1", () => {
    const draw = drawTexts(23, 20_000);
    const stored = embed(Array.from({ length: 8_000 }, () => draw(60)));
    const questions = embed(Array.from({ length: QUESTIONS }, () => draw(9)));
    expect(measureRecall(stored, questions).recall).toBeGreaterThanOrEqual(0.99);
  });
});

it("gives the very results of the exact tier for words and hash-1 with its default weights", () => {
  const draw = drawTexts(29, 20_000);
  const texts = Array.from({ length: 8_000 }, () => draw(60));
  const score = indexTexts(texts);
  const rows = toRows(embed(texts));
  const { coded, exact } = bothTiers(rows, 512);
  for (let index = 0; index < QUESTIONS; index++) {
    const terms = draw(9);
    const [vector = new Float32Array()] = embed([terms]);
    const question = askFor(vector, rows.length, {
      lexical: score(terms),
      weights: { lexical: 0.9, dense: 0.1 },
    });
    const ranked = rank(exact.score(question), question);
    expect(ranked).toHaveLength(10);
    expect(rank(coded.score(question), question)).toEqual(ranked);
  }
});
