import { isRecord } from "../../record.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";

/**
 * Handling of one property of OpenAI's request that our schema does not have. `accepted` cannot affect the result and
 * is dropped; the response says so in a header. Any other property is refused with its reason, unless its value is
 * `harmless`: a value that clients send by default and that requests the existing behaviour. Null always counts as
 * absent. `byModel` is in our schema too: the model of the request decides on it, once the body is read.
 */
type OtherProperty =
  | "accepted"
  | { readonly byModel: string }
  | { readonly refused: string; readonly harmless?: readonly unknown[] };

/**
 * The handling of properties of OpenAI's API that a route's schema does not have, by path: accepted without effect, or
 * refused with a reason. Paths look like `text.verbosity`, `files[].name` or `tools[]:function.defer_loading`. A word
 * after a colon selects objects by their `type` or `role`, so `tools[]:mcp` is every tool of that type.
 */
export type OtherProperties = Readonly<Record<string, OtherProperty>>;

/**
 * Removes from a parsed body the properties that `others` accepts without effect, and returns their names. Refuses the
 * body if it has one that `others` refuses. Changes `body`, so no other code may use it.
 */
export function dropOthers(
  body: unknown,
  others: OtherProperties,
): Result<readonly string[], Refusal> {
  const ignored = new Set<string>();
  for (const [path, other] of Object.entries(others)) {
    if (typeof other === "object" && "byModel" in other) continue;
    for (const found of findPlaces({ body }, "body", parsePath(path), "")) {
      const { holder, key, param } = found;
      if (holder[key] === null) {
        // A schema that accepts null keeps it; here it counts as absent.
      } else if (other === "accepted") {
        ignored.add(withoutVariants(path));
      } else if (!isHarmless(holder[key], other.harmless ?? [])) {
        const message = `'${param}' is not supported: ${other.refused}`;
        return err({ code: "unsupported_parameter", message, param });
      }
      delete holder[key];
    }
  }
  return ok([...ignored]);
}

/** Removes the types of objects from a path: `messages[]:user.name` → `messages[].name`. */
const withoutVariants = (path: string) => path.replaceAll(/:[^.:[]+/g, "");

type Segment = { readonly key: string } | { readonly variant: string } | "each";

const parsed = new Map<string, readonly Segment[]>();

/** Parses a path: `tools[]:function.strict` → tools, each, the variant function, strict. */
function parsePath(path: string): readonly Segment[] {
  const known = parsed.get(path);
  if (known) return known;
  const segments = Array.from(path.matchAll(/\[\]|:([^.:[]+)|([^.:[\]]+)/g), (match): Segment => {
    const [, variant, key] = match;
    if (variant !== undefined) return { variant };
    return key === undefined ? "each" : { key };
  });
  parsed.set(path, segments);
  return segments;
}

type Holder = Record<PropertyKey, unknown>;
type Place = { readonly holder: Holder; readonly key: PropertyKey; readonly param: string };

/** Finds every position in a body that a path names, with the name that the caller knows it by. */
function* findPlaces(
  holder: Holder,
  key: PropertyKey,
  segments: readonly Segment[],
  param: string,
): Generator<Place> {
  const value = holder[key];
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (value !== undefined) yield { holder, key, param };
  } else if (segment === "each") {
    if (!Array.isArray(value)) return;
    for (const [index, element] of value.entries()) {
      yield* findPlaces({ element }, "element", rest, `${param}[${index}]`);
    }
  } else if (!isRecord(value)) {
    return;
  } else if ("variant" in segment) {
    if (!isVariant(value, segment.variant)) return;
    yield* findPlaces(holder, key, rest, param);
  } else if (Object.hasOwn(value, segment.key)) {
    yield* findPlaces(value, segment.key, rest, param ? `${param}.${segment.key}` : segment.key);
  }
}

/** OpenAI lets messages among the input items leave out their type. */
function isVariant({ type = "message", role }: Record<string, unknown>, variant: string): boolean {
  return role === variant || (type === variant && (type !== "message" || role !== undefined));
}

function isHarmless(value: unknown, harmless: readonly unknown[]): boolean {
  const text = JSON.stringify(isRecord(value) ? withoutNulls(value) : value);
  return harmless.some((one) => JSON.stringify(one) === text);
}

function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
