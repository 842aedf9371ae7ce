import { z } from "zod";

import { readDef, unwrapSchema } from "../../../../src/http/request/zod-schema.ts";

type Schema = z.core.$ZodType;
/** Values for properties whose schema does not say what is valid, by the property's name. */
export type Hints = Readonly<Record<string, unknown>>;

/** Makes valid values for a schema: one with every property and, for each further variant of a union, another one. */
export function sampleBodies(schema: Schema, hints: Hints, name = ""): unknown[] {
  if (Object.hasOwn(hints, name)) return [hints[name]];
  const inner = unwrapSchema(schema);
  if (inner) return sampleBodies(inner, hints, name);
  const def = readDef(schema);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the other kinds throw
  switch (def.type) {
    case "object":
      return sampleObjects(def.shape, hints);
    case "array":
      return sampleBodies(def.element, hints, `${name}[]`).map((element) => [element]);
    case "record":
      return sampleBodies(def.valueType, hints, `${name}{}`).map((value) => ({ key: value }));
    case "union":
      return def.options.flatMap((option) => sampleBodies(option, hints, name)).slice(0, 40);
    case "string":
      return ["x"];
    case "number":
      return [sampleNumber(schema)];
    case "boolean":
      return [true];
    case "literal":
      return [def.values[0]];
    case "enum":
      return [Object.values(def.entries)[0]];
    case "unknown":
      return [{ kept: null }];
    default:
      throw new Error(`No sample for ${name}, a schema of the kind ${def.type}`);
  }
}

const sampleNumber = (schema: Schema) =>
  [1, 100].find((number) => z.safeParse(schema, number).success) ?? 1_000;

function sampleObjects(shape: Readonly<Record<string, Schema>>, hints: Hints): unknown[] {
  const samples = Object.entries(shape).map(
    ([name, property]) => [name, sampleBodies(property, hints, name)] as const,
  );
  const first = Object.fromEntries(samples.map(([name, [sample]]) => [name, sample]));
  const further = samples.flatMap(([name, [, ...others]]) =>
    others.map((other) => ({ ...first, [name]: other })),
  );
  return [first, ...further];
}
