import type { z } from "zod";

/** Reads the internal definition of a zod schema, whose `type` says which kind of schema it is. */
export function readDef(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, no-underscore-dangle -- zod's own way for tools to distinguish its kinds
  return (schema as z.core.$ZodTypes)._zod.def;
}

/**
 * Returns the schema inside a schema that wraps another one, such as an optional, a default or a transformation (there:
 * the schema of its input). Returns null for other schemas.
 */
export function unwrapSchema(schema: z.core.$ZodType): z.core.$ZodType | null {
  const def = readDef(schema);
  if (def.type === "lazy") return def.getter();
  // A leading transformation accepts anything; the schema after it describes the input.
  if (def.type === "pipe") return readDef(def.in).type === "transform" ? def.out : def.in;
  return "innerType" in def ? def.innerType : null;
}
