import type { z } from "zod";

/** What a schema says of one property, by the path that `OtherProperties` uses too. */
export type RequestProperty = { readonly path: string; readonly note: string | null };

/**
 * Every property that a schema takes, nested ones after the one that holds them. A property that
 * holds itself, as filters hold filters, is listed once.
 */
export function propertiesOf(schema: z.ZodType): RequestProperty[] {
  const found = new Map<string, RequestProperty>();
  visit(schema, "", (property) => {
    if (!found.has(property.path)) found.set(property.path, property);
  });
  return [...found.values()];
}

type Tell = (property: RequestProperty) => void;

function visit(schema: z.core.$ZodType, path: string, tell: Tell): void {
  const def = defOf(schema);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is left has no properties of its own
  switch (def.type) {
    case "object":
      visitObject(def.shape, path, tell);
      return;
    case "array":
      visit(def.element, `${path}[]`, tell);
      return;
    case "union":
      for (const option of def.options) visit(option, path, tell);
      return;
    case "pipe":
      // A transformation that stands first takes anything; what follows it is what callers may send.
      visit(defOf(def.in).type === "transform" ? def.out : def.in, path, tell);
      return;
    case "lazy":
      visit(def.getter(), path, tell);
      return;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      visit(def.innerType, path, tell);
      return;
    // Texts, numbers, maps with names that callers choose.
    default:
  }
}

function visitObject(shape: Readonly<Record<string, z.core.$ZodType>>, path: string, tell: Tell) {
  const discriminator = ["type", "role"].find((name) => wordsOf(shape[name]).length > 0);
  for (const variant of discriminator ? wordsOf(shape[discriminator]) : [""]) {
    const here = variant && path ? `${path}:${variant}` : path;
    if (here !== path) tell({ path: here, note: null });
    for (const [name, property] of Object.entries(shape)) {
      if (here !== path && name === discriminator) continue;
      const inner = here ? `${here}.${name}` : name;
      tell({ path: inner, note: onlyOf(property) });
      if (!keysOf(here).includes(name)) visit(property, inner, tell);
    }
  }
}

/** The words that a literal or an enumeration takes. */
function wordsOf(schema: z.core.$ZodType | undefined): string[] {
  if (!schema) return [];
  const def = defOf(schema);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is left is not made of words
  switch (def.type) {
    case "literal":
      return def.values.filter((value) => typeof value === "string");
    case "enum":
      return Object.values(def.entries).filter((value) => typeof value === "string");
    case "optional":
    case "nullable":
    case "default":
      return wordsOf(def.innerType);
    default:
      return [];
  }
}

function onlyOf(schema: z.core.$ZodType): string | null {
  const words = wordsOf(schema);
  return words.length > 0 ? words.map((word) => `\`${word}\``).join(", ") : null;
}

const keysOf = (path: string) => path.split(".").map((part) => part.replace(/[[:].*$/, ""));

function defOf(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, no-underscore-dangle -- zod's own way for tools to tell its kinds apart
  return (schema as z.core.$ZodTypes)._zod.def;
}
