import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";

/** Lists the words of the question that some lists of terms have, perhaps in another form. */
export function listFound(
  { terms: asked }: ExtractiveQuestion,
  ...lists: readonly (readonly string[])[]
): string {
  const said = new Set(lists.flat());
  return [...asked.keys()].filter((term) => said.has(term) || sharesStem(term, said)).join(" ");
}
