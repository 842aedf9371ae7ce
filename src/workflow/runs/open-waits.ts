import type { RunFrame } from "./show-run.ts";
import type { WaitBody } from "./waits.ts";

/** The waits of a run that somebody can end, as the list over all runs shows them. Times are in milliseconds. */
export type OpenWaits = {
  readonly id: RunFrame["id"];
  readonly workflow: string;
  readonly waits: readonly WaitBody[];
  /** When the last of the waits ends by itself; null if one does not. */
  readonly until: number | null;
  readonly updatedAt: number;
};

/** Maximum number of waits that the list shows of one run. */
const WAITS_MAX = 20;

/** Keeps the waits that somebody can end, at most 20 of them: all but those for a time. */
export const pickOpenWaits = (waits: readonly WaitBody[]): readonly WaitBody[] =>
  waits.filter((wait) => wait.for !== "time").slice(0, WAITS_MAX);

/** Returns when the last of the waits ends by itself, in milliseconds; null if one does not. */
export function lastUntil(waits: readonly WaitBody[]): number | null {
  let last = 0;
  for (const { until } of waits) {
    if (until === null) return null;
    last = Math.max(last, until * 1000);
  }
  return last;
}

/** Tests whether an event's words say that its step waits for somebody: a signal, a decision or a resume. */
export const isOpenWait = (waitsFor: string): boolean =>
  waitsFor === "decision" || waitsFor === "resume" || waitsFor.startsWith("signal ");
