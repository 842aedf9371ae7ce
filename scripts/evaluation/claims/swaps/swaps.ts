import type { FalseKind } from "../claim.ts";
import { joinFacts } from "./join-facts.ts";
import type { Swap } from "./sentence.ts";
import { swapDate } from "./swap-date.ts";
import { swapName } from "./swap-name.ts";
import { swapNumber } from "./swap-number.ts";
import { swapSubject } from "./swap-subject.ts";
import { swapWords } from "./swap-words.ts";

/** The way to make each kind of false claim. */
export const SWAPS: Readonly<Record<FalseKind, Swap>> = {
  number: swapNumber,
  date: swapDate,
  unit: swapWords("unit"),
  name: swapName,
  subject: swapSubject,
  negation: swapWords("negation"),
  comparison: swapWords("comparison"),
  quantifier: swapWords("quantifier"),
  direction: swapWords("direction"),
  modality: swapWords("modality"),
  joined: joinFacts,
};
