import { type Draft, setJson } from "./draft.ts";

const ATTEMPTS_MAX = 80;

/**
 * Makes a request with a problem smaller as long as `hasProblem` returns true for the smaller request, so that the
 * cause of the problem is easier to see.
 */
export async function shrink(
  draft: Draft,
  hasProblem: (draft: Draft) => Promise<boolean>,
): Promise<Draft> {
  let smallest = draft;
  let attempts = 0;
  for (let isSmaller = true; isSmaller && attempts < ATTEMPTS_MAX;) {
    isSmaller = false;
    for (const candidate of listSmaller(smallest)) {
      if (++attempts > ATTEMPTS_MAX) break;
      if (!(await hasProblem(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** Lists requests with one part less, those that leave out most first. */
function listSmaller(draft: Draft): Draft[] {
  const without = (change: Partial<Draft>): Draft => ({ ...draft, ...change });
  return [
    ...(draft.query.length > 0 ? [without({ query: [] })] : []),
    ...draft.query.map((_one, at) => without({ query: draft.query.toSpliced(at, 1) })),
    ...draft.headers.map((_one, at) => without({ headers: draft.headers.toSpliced(at, 1) })),
    ...(draft.framing === "length" ? [] : [without({ framing: "length" })]),
    ...(draft.body ? [without({ body: null, json: undefined })] : []),
    ...listSmallerBodies(draft),
  ];
}

function listSmallerBodies(draft: Draft): Draft[] {
  const value = parseBody(draft);
  return listSmallerValues(value).map((smaller) => {
    const copy = { ...draft };
    setJson(copy, smaller);
    return copy;
  });
}

/** Node writes no JSON that is nested much deeper. */
const NESTED_MAX = 500;

function parseBody({ body }: Draft): unknown {
  const text = body?.toString() ?? "";
  if (countNesting(text) > NESTED_MAX) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function countNesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

function listSmallerValues(value: unknown, depth = 0): unknown[] {
  if (typeof value === "string" && value.length > 8) return [value.slice(0, value.length / 2)];
  if (typeof value !== "object" || value === null || depth > 20) return [];
  const entries = Object.entries(value);
  const isArray = Array.isArray(value);
  const build = (kept: [string, unknown][]): unknown =>
    isArray ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
  const halves = entries.length > 8 ? [build(entries.slice(0, entries.length / 2))] : [];
  const some = entries.slice(0, 20);
  return [
    ...halves,
    ...some.map((_one, at) => build(entries.toSpliced(at, 1))),
    ...some.flatMap(([key, inner], at) =>
      listSmallerValues(inner, depth + 1).map((smaller) => build(entries.with(at, [key, smaller]))),
    ),
  ];
}
