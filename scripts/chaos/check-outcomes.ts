import type { Outcome } from "./await-all.ts";
import type { Item } from "./workload.ts";
import { answerFor } from "./world.ts";

/** Ends of an item that are allowed: a model that failed too often in a row fails an answer or run, and says so. */
const ENDS: ReadonlySet<string> = new Set(["completed", "failed"]);

/** Lists the items that have not ended, and those that completed with another text than their one right text. */
export function checkAnswers(kind: string, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ number, id, status, texts }) => {
    const name = `${kind} ${number} (${id})`;
    if (!ENDS.has(status)) return [`${name} is ${status}`];
    if (status === "failed" || (texts.length === 1 && texts[0] === answerFor(number))) return [];
    return [`${name} has the texts ${JSON.stringify(texts)}`];
  });
}

/** Lists the items whose repetition under their idempotency key gave another id. */
export function checkRepetitions(
  kind: string,
  items: readonly Item[],
  repeated: readonly Item[],
): string[] {
  return items.flatMap(({ number, id }, at) => {
    const again = repeated[at]?.id;
    return again === id ? [] : [`${kind} ${number} is ${id}, and ${again} when asked for again`];
  });
}

/** Lists the effects of `runs` runs that are missing, and those that were asked for under more than one key. */
export function checkEffects(
  effects: ReadonlyMap<string, ReadonlySet<string>>,
  runs: number,
): string[] {
  const problems = [...effects].flatMap(([path, keys]) =>
    keys.size === 1 ? [] : [`${path} was asked for under ${keys.size} keys`],
  );
  for (let number = 1; number <= runs; number++) {
    if (!effects.has(`/effects/first/${number}`)) problems.push(`run ${number} had no effect`);
  }
  return problems;
}

/** Counts items by status, as text: `990 completed, 10 failed`. */
export function countBy(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Array.from(counts, ([status, count]) => `${count} ${status}`).join(", ");
}
