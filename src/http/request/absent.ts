import { z } from "zod";

import { readDef, unwrapSchema } from "./zod-schema.ts";

type Schema = z.core.$ZodType;

/**
 * Deletes the properties of a parsed JSON body that are null, since clients send null for a property that they leave
 * unset. A null is kept where the schema `schema` gives it a meaning: in JSON of any shape, or where null clears a
 * property in an update. Elements of lists that are null are kept, too. Changes `body`, so no other code may use it.
 */
export function dropNulls(schema: z.ZodType, body: unknown): unknown {
  visit(body, [schema]);
  return body;
}

/** Visits a value that any one of `schemas` may describe; a null stays if one of them accepts it. */
function visit(value: unknown, schemas: readonly Schema[]): void {
  if (typeof value !== "object" || value === null) return;
  const forms = schemas.flatMap((schema) => listForms(schema, value));
  // A schema that takes any JSON value keeps its nulls.
  if (forms.length === 0 || forms.some((form) => form === "any")) return;
  const objects = forms.filter((form) => form !== "any");
  if (Array.isArray(value)) {
    const elements = objects.flatMap((form) => form.element ?? []);
    for (const element of value) visit(element, elements);
    return;
  }
  const holder: Partial<Record<string, unknown>> = value;
  for (const [key, member] of Object.entries(holder)) {
    const places = objects.flatMap((form) => form.member?.(key) ?? []);
    if (member !== null) visit(member, places);
    else if (!places.some((place) => z.safeParse(place, null).success)) delete holder[key];
  }
}

/** The schemas of the elements of a list, or of the members of an object. */
type Form = {
  readonly element?: Schema;
  readonly member?: (key: string) => Schema | undefined;
};

/** Lists the forms in which a schema may describe a value: one for each branch of a union that fits the value. */
function listForms(schema: Schema, value: object): (Form | "any")[] {
  const inner = unwrapSchema(schema);
  if (inner) return listForms(inner, value);
  const def = readDef(schema);
  const isList = Array.isArray(value);
  if (def.type === "unknown" || def.type === "any" || def.type === "custom") return ["any"];
  if (def.type === "union") return def.options.flatMap((option) => listForms(option, value));
  if (def.type === "array" && isList) return [{ element: def.element }];
  if (def.type === "record" && !isList) return [{ member: () => def.valueType }];
  if (def.type !== "object" || isList || !isVariant(def.shape, value)) return [];
  return [{ member: (key) => (Object.hasOwn(def.shape, key) ? def.shape[key] : undefined) }];
}

/** Returns false for a branch of a union whose `type` or `role` is not that of the value. */
function isVariant(shape: Readonly<Record<string, Schema>>, value: object): boolean {
  return ["type", "role"].every((name) => {
    const property = shape[name];
    if (property === undefined || !SELECTING.has(readDef(property).type)) return true;
    return z.safeParse(property, Reflect.get(value, name) ?? undefined).success;
  });
}

/** Kinds of a property that selects a branch; with a default, it may be absent. */
const SELECTING: ReadonlySet<string> = new Set(["literal", "enum", "default"]);
