import { type Check, checkAgainst } from "./check-against.ts";

/** Makes a check of a response or of an event against OpenAI's description. */
export function checkByOpenAi(description: string): Check {
  const check = checkAgainst(description);
  return (schema, value) => check(schema, withoutNullUsage(value));
}

/**
 * Makes a check of a response or of an event against the description of Open Responses. It has no schema for items,
 * annotations and events of file search, which are left out. OpenAI's events `response.reasoning_text.*` have other
 * names there, and the same members.
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

/** Leaves out `usage: null`, which OpenAI's service sends before the end, though its schema allows no null. */
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
