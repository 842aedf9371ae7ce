/** A JSON Schema object. */
export type Schema = Readonly<Record<string, unknown>>;

/** Tests whether a value is a JSON object, as a JSON Schema must be here. */
export const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists the types in the `type` of a JSON Schema, which is a name or a list of names; none if it has no `type`. */
export function typesOf({ type }: Schema): readonly string[] {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.filter((each) => typeof each === "string");
}

/**
 * Finds the schema that a `$ref` in the schema `root` refers to: `root` itself, or one of its definitions. Null if
 * there is none.
 */
export function resolveReference(root: Schema, reference: unknown): Schema | null {
  if (reference === "#") return root;
  const [, place, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(reference)) ?? [];
  const definitions = place === undefined ? undefined : root[place];
  if (name === undefined || !isSchema(definitions)) return null;
  const unescaped = decode(name).replaceAll("~1", "/").replaceAll("~0", "~");
  const found = Object.hasOwn(definitions, unescaped) ? definitions[unescaped] : undefined;
  return isSchema(found) ? found : null;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
