import { DECLARATIONS } from "../../../../src/http/api.ts";
import type { Declaration } from "../../../../src/http/route/declaration.ts";
import { type Hints, sampleBodies } from "./sample-bodies.ts";

/**
 * A request body in which one property is null, and the same body without the property, to test that both mean the
 * same.
 */
export type NullRequest = {
  readonly endpoint: string;
  readonly declaration: Declaration;
  /** The path of the property as a list of keys; `param` is the same as text, such as `tools[0].max_num_results`. */
  readonly keys: readonly string[];
  readonly param: string;
  readonly withNull: () => unknown;
  readonly without: () => unknown;
};

/** Values that the schemas alone do not say; a member that is undefined is sent only as null. */
const HINTS: readonly Hints[] = [
  { value: "long enough", "sql_tables[]": "data.orders", file_ids: undefined },
  { value: "long enough", "sql_tables[]": "data.orders", files: undefined },
];

/** Makes the null requests of every route with a JSON body: one for each property, at any depth. */
export function listNullRequests(): NullRequest[] {
  const found = new Map<string, NullRequest>();
  for (const declaration of DECLARATIONS) {
    const { method, path, body, bodyType } = declaration;
    if (!body || bodyType) continue;
    const endpoint = `${method} ${path}`;
    for (const sample of HINTS.flatMap((hints) => sampleBodies(body, hints))) {
      for (const { keys, kind } of listMembers(sample, [], "")) {
        const id = `${endpoint} ${kind}`;
        const change = (edit: Edit) => () => editCopy(sample, keys, edit);
        if (found.has(id)) continue;
        const param = formatKeys(keys);
        const [withNull, without] = [change("null"), change("delete")];
        found.set(id, { endpoint, declaration, keys, param, withNull, without });
      }
    }
  }
  return [...found.values()];
}

type Member = { readonly keys: readonly string[]; readonly kind: string };
type Edit = "null" | "delete";

/** Lists the members of a body at any depth. `kind` is the same for the same member of the same variant. */
function* listMembers(value: unknown, keys: readonly string[], kind: string): Generator<Member> {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      yield* listMembers(element, [...keys, String(index)], `${kind}[]`);
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const variant = `${kind}:${JSON.stringify([Reflect.get(value, "type"), Reflect.get(value, "role")])}`;
  for (const [key, member] of Object.entries(value)) {
    const here: Member = { keys: [...keys, key], kind: `${variant}.${key}` };
    // The content of a JSON value is data: its nulls are kept.
    if (key === "kept") continue;
    yield here;
    yield* listMembers(member, here.keys, here.kind);
  }
}

/** Returns a copy of a body in which the property at `keys` is set to null or deleted. */
export function editCopy(sample: unknown, keys: readonly string[], edit: Edit): unknown {
  const copy: unknown = structuredClone(sample);
  let holder: unknown = copy;
  for (const key of keys.slice(0, -1)) holder = Reflect.get(Object(holder), key);
  const last = keys.at(-1) ?? "";
  if (edit === "null") Reflect.set(Object(holder), last, null);
  else Reflect.deleteProperty(Object(holder), last);
  const body: unknown = JSON.parse(JSON.stringify(copy));
  return body;
}

const formatKeys = (keys: readonly string[]) =>
  keys
    .reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : `${text}.${key}`), "")
    .slice(1);
