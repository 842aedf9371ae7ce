import { checkByOpenAi, checkByOpenResponses } from "../../official/both-descriptions.ts";
import type { Check } from "../../official/check-against.ts";
import { readDescription } from "../../official/provide-description.ts";

/**
 * Returns functions that check a value against the published schemas of OpenAI and of Open Responses, by name. The
 * schemas are not part of this repository; if one is missing, its check is left out, with a notice. For an event the
 * schema is selected by its type.
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
