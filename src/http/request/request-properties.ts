import type { z } from "zod";

/**
 * A property of a request's schema: its path, such as `tools[].name`, and in `note` the values that it accepts, if few.
 */
export type RequestProperty = { readonly path: string; readonly note: string | null };

/**
 * Lists every property of a schema, each followed by its nested ones. A property that contains itself, as filters
 * contain filters, is listed once.
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
  const def = readDef(schema);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- other kinds have no properties
  switch (def.type) {
    case "object":
      visitObject(def.shape, path, report);
      return;
    case "array":
      visit(def.element, `${path}[]`, report);
      return;
    case "union":
      for (const option of def.options) visit(option, path, report);
      return;
    case "pipe":
      // A leading transformation accepts anything; the schema after it describes the input.
      visit(readDef(def.in).type === "transform" ? def.out : def.in, path, report);
      return;
    case "lazy":
      visit(def.getter(), path, report);
      return;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      visit(def.innerType, path, report);
      return;
    // Texts, numbers, and maps whose keys are chosen by callers.
    default:
  }
}

function visitObject(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  path: string,
  report: Report,
) {
  const discriminator = ["type", "role"].find((name) => listWords(shape[name]).length > 0);
  for (const variant of discriminator ? listWords(shape[discriminator]) : [""]) {
    const here = variant && path ? `${path}:${variant}` : path;
    if (here !== path) report({ path: here, note: null });
    for (const [name, property] of Object.entries(shape)) {
      if (here !== path && name === discriminator) continue;
      const inner = here ? `${here}.${name}` : name;
      report({ path: inner, note: describeWords(property) });
      if (!splitKeys(here).includes(name)) visit(property, inner, report);
    }
  }
}

/** Lists the values that a literal or an enumeration accepts. */
function listWords(schema: z.core.$ZodType | undefined): string[] {
  if (!schema) return [];
  const def = readDef(schema);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- other kinds do not list values
  switch (def.type) {
    case "literal":
      return def.values.filter((value) => typeof value === "string");
    case "enum":
      return Object.values(def.entries).filter((value) => typeof value === "string");
    case "optional":
    case "nullable":
    case "default":
      return listWords(def.innerType);
    default:
      return [];
  }
}

function describeWords(schema: z.core.$ZodType): string | null {
  const words = listWords(schema);
  return words.length > 0 ? words.map((word) => `\`${word}\``).join(", ") : null;
}

const splitKeys = (path: string) => path.split(".").map((part) => part.replace(/[[:].*$/, ""));

/** Reads the definition of a schema, whose `type` distinguishes zod's kinds. */
export function readDef(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, no-underscore-dangle -- zod's own way for tools to distinguish its kinds
  return (schema as z.core.$ZodTypes)._zod.def;
}
