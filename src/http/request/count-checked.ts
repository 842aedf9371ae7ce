import type { z } from "zod";

import { readDef, unwrapSchema } from "./zod-schema.ts";

type Schema = z.core.$ZodType;
type ListOrObject = Extract<
  ReturnType<typeof readDef>,
  { readonly type: "array" | "object" | "record" }
>;

/**
 * Maximum number of items in the lists of a request and of members in its objects, in all together. The largest request
 * of use has 48,000: a batch of 2,000 files with all their attributes.
 */
export const CHECKED_MAX = 50_000;

/**
 * Tests whether a parsed JSON body has more than `CHECKED_MAX` items and members that a schema checks; JSON of any shape
 * is not counted. A schema checks all items of a list before it compares their number with the maximum, and makes an
 * error for each, up to 10 µs: four million numbers where items belong, in a body of 8 MB, stop the isolate for 40 s.
 */
export function checksTooMany(schema: z.ZodType, body: unknown): boolean {
  let count = 0;
  const places: { readonly value: unknown; readonly schemas: readonly Schema[] }[] = [
    { value: body, schemas: [schema] },
  ];
  for (let place = places.pop(); place; place = places.pop()) {
    const { value } = place;
    if (typeof value !== "object" || value === null) continue;
    const isList = Array.isArray(value);
    const kinds = place.schemas
      .flatMap(listKinds)
      .filter(({ type }) => (type === "array") === isList);
    if (kinds.length === 0) continue;
    count += isList ? value.length : Object.keys(value).length;
    if (count > CHECKED_MAX) return true;
    for (const [key, part] of Object.entries(value)) {
      places.push({ value: part, schemas: kinds.flatMap((kind) => schemaOf(kind, key)) });
    }
  }
  return false;
}

/** Lists the kinds of lists and objects that a schema takes: every branch of a union, since each is tried. */
function listKinds(schema: Schema): readonly ListOrObject[] {
  const inner = unwrapSchema(schema);
  if (inner) return listKinds(inner);
  const def = readDef(schema);
  if (def.type === "union") return def.options.flatMap(listKinds);
  return def.type === "array" || def.type === "object" || def.type === "record" ? [def] : [];
}

function schemaOf(kind: ListOrObject, key: string): readonly Schema[] {
  if (kind.type === "array") return [kind.element];
  if (kind.type === "record") return [kind.valueType];
  const member = Object.hasOwn(kind.shape, key) ? kind.shape[key] : undefined;
  return member ? [member] : [];
}
