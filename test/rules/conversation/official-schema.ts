import { checkByOpenAi, checkByOpenResponses } from "../../official/both-descriptions.ts";
import type { Check } from "../../official/check-against.ts";
import { readDescription } from "../../official/provide-description.ts";

/**
 * Returns checks against the published schemas of OpenAI and of Open Responses, which are not part of this repository.
 * Skips one, and prints a notice, where it is missing. An event is selected by its type.
 */
export function officialChecks(): Record<string, Check> {
  const openAi = readDescription("openai/openapi-subset.json");
  const openResponses = readDescription("openresponses/openapi.json");
  if (!openAi || !openResponses) console.warn("Published schemas are missing: checks are skipped");
  return {
    ...(openAi && { OpenAI: checkByOpenAi(openAi) }),
    ...(openResponses && { "Open Responses": checkByOpenResponses(openResponses) }),
  };
}
