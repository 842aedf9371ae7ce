import type { z } from "zod";

/** Reads the definition of a schema, whose `type` distinguishes zod's kinds. */
export function readDef(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, no-underscore-dangle -- zod's own way for tools to distinguish its kinds
  return (schema as z.core.$ZodTypes)._zod.def;
}

/**
 * Returns the schema that describes the input of a wrapper, such as an optional, a default or a transformation. Returns
 * null for a schema that wraps no other one.
 */
export function unwrapSchema(schema: z.core.$ZodType): z.core.$ZodType | null {
  const def = readDef(schema);
  if (def.type === "lazy") return def.getter();
  // A leading transformation accepts anything; the schema after it describes the input.
  if (def.type === "pipe") return readDef(def.in).type === "transform" ? def.out : def.in;
  return "innerType" in def ? def.innerType : null;
}
