import type { OtherProperties } from "../../../src/http/request/other-properties.ts";

/** A schema in OpenAI's published API description: JSON Schema with references into the document. */
export type OpenAiSchema = { readonly [keyword: string]: unknown };
/** OpenAI's published API description, as far as these tests read it. */
export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenAiSchema>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, OpenAiSchema>> };
};

/**
 * Lists the paths of all properties of a schema of OpenAI, in the form of `listProperties`, to compare both. Properties
 * in `others` are not followed further.
 */
export function openAiPaths(
  description: Description,
  schema: OpenAiSchema,
  others: OtherProperties,
): string[] {
  const found = new Set<string>();
  visit(schema, "");
  return [...found];

  function visit(reference: OpenAiSchema, path: string): void {
    const node = resolve(description, reference);
    for (const part of ["allOf", "anyOf", "oneOf"].flatMap((word) => schemasIn(node[word]))) {
      visit(part, path);
    }
    const [items] = schemasIn([node["items"]]);
    if (items) visit(items, `${path}[]`);
    if (isSchema(node["properties"])) visitProperties(node["properties"], path);
  }

  function visitProperties(properties: OpenAiSchema, path: string): void {
    const discriminator = ["type", "role"].find((name) => listWords(properties[name]).length > 0);
    for (const variant of discriminator ? listWords(properties[discriminator]) : [""]) {
      const here = variant && path ? `${path}:${variant}` : path;
      if (here !== path) found.add(here);
      // A property that is refused or dropped as a whole needs no rows for its parts.
      if (Object.hasOwn(others, here)) continue;
      for (const [name, property] of Object.entries(properties)) {
        if (here !== path && name === discriminator) continue;
        const inner = here ? `${here}.${name}` : name;
        found.add(inner);
        const isRecursive = splitKeys(here).includes(name);
        if (!isRecursive && !Object.hasOwn(others, inner) && isSchema(property)) {
          visit(property, inner);
        }
      }
    }
  }

  function listWords(property: unknown): string[] {
    if (!isSchema(property)) return [];
    const node = resolve(description, property);
    const words = [node["const"], ...(Array.isArray(node["enum"]) ? node["enum"] : [])];
    const inner = ["anyOf", "oneOf"].flatMap((word) => schemasIn(node[word])).flatMap(listWords);
    return [...words.filter((word) => typeof word === "string"), ...inner];
  }
}

/** Follows `$ref`s to their schemas. */
function resolve(description: Description, schema: OpenAiSchema): OpenAiSchema {
  const { $ref: reference } = schema;
  if (typeof reference !== "string") return schema;
  const target = description.components.schemas[reference.slice("#/components/schemas/".length)];
  if (!target) throw new Error(`${reference} is not in the description`);
  return resolve(description, target);
}

/** Tests whether a value is a JSON object, as every schema is. */
export function isSchema(value: unknown): value is OpenAiSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const schemasIn = (value: unknown) => (Array.isArray(value) ? value.filter(isSchema) : []);
const splitKeys = (path: string) => path.split(".").map((part) => part.replace(/[[:].*$/, ""));
