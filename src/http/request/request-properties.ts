import { z } from "zod";

import { readDef, unwrapSchema } from "./zod-schema.ts";

/**
 * A property of a request, for the compatibility table. `path` is like `tools[].name`. `note` lists the accepted values
 * if they are few, otherwise it is null. `hasEffect` is false if the property's description says that it is only
 * checked, or only returned.
 */
export type RequestProperty = {
  readonly path: string;
  readonly note: string | null;
  readonly hasEffect: boolean;
};

/**
 * Lists every property of a request's schema, each followed by the properties nested in it. A schema that contains
 * itself, like a filter of filters, is listed once.
 */
export function listProperties(schema: z.ZodType): RequestProperty[] {
  const found = new Map<string, RequestProperty>();
  visit(schema, "", (property) => {
    if (!found.has(property.path)) found.set(property.path, property);
  });
  return [...found.values()];
}

type Report = (property: RequestProperty) => void;

function visit(schema: z.core.$ZodType, path: string, report: Report): void {
  const inner = unwrapSchema(schema);
  if (inner) return visit(inner, path, report);
  const def = readDef(schema);
  if (def.type === "object") visitObject(def.shape, path, report);
  else if (def.type === "array") visit(def.element, `${path}[]`, report);
  else if (def.type === "union") for (const option of def.options) visit(option, path, report);
  // Others have no properties: texts, numbers, and maps whose keys are chosen by callers.
}

function visitObject(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  path: string,
  report: Report,
) {
  const discriminator = ["type", "role"].find((name) => listWords(shape[name]).length > 0);
  for (const variant of discriminator ? listWords(shape[discriminator]) : [""]) {
    const here = variant && path ? `${path}:${variant}` : path;
    if (here !== path) report({ path: here, note: null, hasEffect: true });
    for (const [name, property] of Object.entries(shape)) {
      if (here !== path && name === discriminator) continue;
      const inner = here ? `${here}.${name}` : name;
      report({ path: inner, note: describeWords(property), hasEffect: hasEffect(property) });
      if (!splitKeys(here).includes(name)) visit(property, inner, report);
    }
  }
}

/** Lists the values that a literal or an enumeration accepts. */
function listWords(schema: z.core.$ZodType | undefined): string[] {
  if (!schema) return [];
  const inner = unwrapSchema(schema);
  if (inner) return listWords(inner);
  const def = readDef(schema);
  const values =
    def.type === "literal" ? def.values : def.type === "enum" ? Object.values(def.entries) : [];
  return values.filter((value) => typeof value === "string");
}

function describeWords(schema: z.core.$ZodType): string | null {
  const words = listWords(schema);
  return words.length > 0 ? words.map((word) => `\`${word}\``).join(", ") : null;
}

/** The outermost description counts: it is that of the property, and an inner one may be shared. */
function hasEffect(schema: z.core.$ZodType): boolean {
  const description = z.globalRegistry.get(schema)?.description;
  if (description !== undefined) return !/without (?:other )?effect/.test(description);
  const inner = unwrapSchema(schema);
  return inner === null || hasEffect(inner);
}

const splitKeys = (path: string) => path.split(".").map((part) => part.replace(/[[:].*$/, ""));
