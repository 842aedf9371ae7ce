import { type Check, checkAgainst } from "./check-against.ts";

/**
 * Makes a function that checks responses and stream events against the schemas of OpenAI's API description, whose text
 * is `description`.
 */
export function checkByOpenAi(description: string): Check {
  const check = checkAgainst(description);
  return (schema, value) => check(schema, withoutNullUsage(value));
}

/**
 * Makes a function that checks responses and stream events against the schemas of Open Responses, whose text is
 * `description`. Items, annotations and events of file search are not checked, since Open Responses has no schema for
 * them. It names OpenAI's events `response.reasoning_text.*` differently, but with the same members.
 */
export function checkByOpenResponses(description: string): Check {
  const check = checkAgainst(description);
  return (schema, value) => {
    const kept = withoutFileSearch(value);
    if (kept === null) return [];
    const name = schema.replace(/^response\.reasoning_text\./, "response.reasoning.");
    if (name !== schema) return check(name, { ...kept, type: name });
    return check(schema === "Response" ? "ResponseResource" : schema, kept);
  };
}

/**
 * Removes `usage: null` from a response. OpenAI's service sends it before the end of an answer, though its own schema
 * allows no null.
 */
export const withoutNullUsage = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member: unknown) =>
      name === "usage" ? (member ?? undefined) : member,
    ),
  );

function withoutFileSearch(value: unknown): object | null {
  const kept = JSON.stringify(value, (_name, member: unknown) =>
    Array.isArray(member) ? member.filter((one) => !FILE_SEARCH.test(one?.type)) : member,
  );
  return /"(response\.)?file_(search_call|citation)/.test(kept) ? null : JSON.parse(kept);
}

const FILE_SEARCH = /^file_(search|search_call|citation)$/;
