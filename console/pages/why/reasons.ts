import type { Grounding } from "../../api/operations.ts";

/** The reason why a citation was removed, as the API names it. */
type Reason = NonNullable<Grounding["removals"]>[number]["reason"];

/** Says after "the passage" why it does not support the sentence that cited it. */
export const explainRemoval = (reason: Reason): string => REASONS[reason];

const REASONS: Readonly<Record<Reason, string>> = {
  number: "has another number",
  unit: "has another unit",
  date: "has another date",
  name: "has another name",
  subject: "speaks of someone or something else",
  negation: "denies it, or the reverse",
  comparison: "turns more and less around",
  direction: "turns the direction around",
  quantifier: "says some and not all, or the reverse",
  modality: "says may and not must, or the reverse",
  joined: "says both parts, but of different things",
  overlap: "has too little in common with the sentence",
  no_passage: "does not exist",
  judge: "does not support it in the judgement of the checking model",
};
