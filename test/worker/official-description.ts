import { inject } from "vitest";

import { checkByOpenAi, checkByOpenResponses } from "../official/both-descriptions.ts";
import type { Check } from "../official/check-against.ts";
import type { DescriptionPath } from "../official/provide-description.ts";

/** The texts, which the files of a workerd share. */
const known = new Map<DescriptionPath, string | null>();

/** Reads a published API description as JSON text; null if its file is not beside this repository. */
export async function readOfficial(path: DescriptionPath): Promise<string | null> {
  const read = known.get(path);
  if (read !== undefined) return read;
  const response = await fetch(new URL(path, inject("officialDescriptions")));
  const text = await response.text();
  if (!response.ok && response.status !== 404) throw new Error(`${path}: ${response.status}`);
  known.set(path, response.ok ? text : null);
  return response.ok ? text : null;
}

/** Makes a function that checks a value against the schemas of those published descriptions that are there, by name. */
export async function checkByBoth(): Promise<Check> {
  const openAi = await readOfficial("openai/openapi-subset.json");
  const openResponses = await readOfficial("openresponses/openapi.json");
  const checks = [
    ...(openAi ? [checkByOpenAi(openAi)] : []),
    ...(openResponses ? [checkByOpenResponses(openResponses)] : []),
  ];
  return (schema, value) => checks.flatMap((check) => check(schema, value));
}
