import { expect, it } from "vitest";

import { askFor, bothTiers, rank } from "../../rules/retrieval/dense/coded-store.ts";
import { referenceScores } from "../../rules/retrieval/dense/reference.ts";
import { drawMixture, toRows } from "../../rules/retrieval/dense/vectors.ts";

it("scans both tiers in workerd, with the kernel that wrangler imports as a module", () => {
  const dimensions = 300;
  const draw = drawMixture(3, { dimensions, topics: 30, spread: 0.5, noise: 0.5, shared: 0.5 });
  const rows = toRows(Array.from({ length: 2_001 }, draw));
  const { coded, exact } = bothTiers(rows, dimensions);
  const vector = draw();
  const question = askFor(vector, rows.length);
  expect(exact.score(question)).toEqual({ kind: "all", scores: referenceScores(rows, vector) });
  expect(rank(coded.score(question), question)).toEqual(rank(exact.score(question), question));
});
