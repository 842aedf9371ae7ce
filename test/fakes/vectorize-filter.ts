import type { VectorizeVectorMetadata } from "@cloudflare/workers-types";

/** The type of a metadata index. */
type PropertyType = "string" | "number" | "boolean";
/** The metadata indexes of an index: which properties, with their types. */
export type MetadataIndexes = Map<string, PropertyType>;
/** The values of a vector by which it is filtered. */
export type IndexedValues = ReadonlyMap<string, Value>;

type Value = string | number | boolean;

const INDEXES_MAX = 10;
const FILTER_BYTES = 2_048;
const KEY_LENGTH_MAX = 512;
const VALUE_BYTES = 64;
const LOWER = ["$gt", "$gte"];
const UPPER = ["$lt", "$lte"];
const SINGLE = ["$eq", "$ne"];
const SEVERAL = ["$in", "$nin"];

/** Thrown for a filter that Vectorize refuses. */
export class BadFilter extends Error {}

/** Makes metadata indexes. Throws if they are more than an index of Vectorize may have. */
export function makeMetadataIndexes(
  properties: readonly { readonly property: string; readonly type: string }[],
): MetadataIndexes {
  if (properties.length > INDEXES_MAX) throw new Error(`At most ${INDEXES_MAX} metadata indexes`);
  const indexes: MetadataIndexes = new Map();
  for (const { property, type } of properties) {
    if (type !== "string" && type !== "number" && type !== "boolean") throw new Error(type);
    indexes.set(property, type);
  }
  return indexes;
}

/** Picks the values of metadata that are indexed: of the right type, and strings by their first 64 bytes. */
export function indexValues(
  metadata: Record<string, VectorizeVectorMetadata>,
  indexes: MetadataIndexes,
): IndexedValues {
  const values = new Map<string, Value>();
  for (const [property, type] of indexes) {
    const value = readProperty(metadata, property);
    if (typeof value !== type) continue;
    if (typeof value === "string") values.set(property, cut(value));
    else if (typeof value === "number" || typeof value === "boolean") values.set(property, value);
  }
  return values;
}

/** Dots in a property stand for nesting. */
function readProperty(metadata: unknown, property: string): unknown {
  return property
    .split(".")
    .reduce(
      (at: unknown, name) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, name)
          ? Reflect.get(at, name)
          : undefined,
      metadata,
    );
}

/**
 * Compiles a filter, by the rules of Vectorize's documentation. A property without a metadata index, and a vector without
 * the property, pass no condition: what the service does then is not documented, and this is the worst for its users.
 * Throws `BadFilter` for a filter that is refused.
 */
export function compileFilter(filter: object): (values: IndexedValues) => boolean {
  const entries = Object.entries(filter);
  if (entries.length === 0) throw new BadFilter("filter must be a non-empty object");
  const { length } = new TextEncoder().encode(JSON.stringify(filter));
  if (length >= FILTER_BYTES) throw new BadFilter(`filter of ${length} bytes is too large`);
  const tests = entries.map(([key, condition]) => compileCondition(key, condition));
  return (values) => tests.every((test) => test(values));
}

function compileCondition(key: string, condition: unknown): (values: IndexedValues) => boolean {
  if (key === "" || key.length > KEY_LENGTH_MAX || key.startsWith("$") || /["|]/.test(key)) {
    throw new BadFilter(`invalid key '${key}'`);
  }
  const operators: [string, unknown][] =
    typeof condition === "object" && condition !== null
      ? Object.entries(condition)
      : [["$eq", condition]];
  checkOperators(operators);
  return (values) => {
    const value = values.get(key);
    return value !== undefined && operators.every(([name, wanted]) => holds(name, value, wanted));
  };
}

function checkOperators(operators: readonly [string, unknown][]): void {
  const names = operators.map(([name]) => name);
  const [one = "", two] = names;
  const isRange =
    names.length <= 2 &&
    names.every((name) => [...LOWER, ...UPPER].includes(name)) &&
    (two === undefined || LOWER.includes(one) !== LOWER.includes(two));
  const isAlone = names.length === 1 && [...SINGLE, ...SEVERAL].includes(one);
  if (!isRange && !isAlone) throw new BadFilter(`invalid operators ${names.join(", ")}`);
  for (const [name, wanted] of operators) {
    const isFit = SEVERAL.includes(name)
      ? Array.isArray(wanted) && wanted.every(isScalar)
      : SINGLE.includes(name)
        ? isScalar(wanted)
        : typeof wanted === "string" || typeof wanted === "number";
    if (!isFit) throw new BadFilter(`invalid value for ${name}`);
  }
}

const isScalar = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

function holds(name: string, value: Value, wanted: unknown): boolean {
  switch (name) {
    case "$eq":
      return value === wanted;
    case "$ne":
      return value !== wanted;
    case "$in":
      return Array.isArray(wanted) && wanted.includes(value);
    case "$nin":
      return Array.isArray(wanted) && !wanted.includes(value);
    default:
      return inRange(name, compare(value, wanted));
  }
}

function inRange(name: string, order: number): boolean {
  if (Number.isNaN(order)) return false;
  if (name.endsWith("e") && order === 0) return true;
  return LOWER.includes(name) ? order > 0 : order < 0;
}

/** Compares numbers by size and strings by their bytes; NaN for values of different types. */
function compare(a: Value, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== "string" || typeof b !== "string") return Number.NaN;
  const [one, other] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const order = (one[at] ?? 0) - (other[at] ?? 0);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

function cut(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(VALUE_BYTES));
  return text.slice(0, read);
}
