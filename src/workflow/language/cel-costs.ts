/** Costs of CEL's operations, in units of the meter: the worst case for the given operands. */
import { CHARACTERS_PER_UNIT, weigh } from "./cel-values.ts";

const TIME_ZONE_COST = 4_000;
const PATTERN_COST = 20_000;
const DURATION_CHARACTERS_MAX = 64;

const smaller = (left: unknown, right: unknown) => Math.min(weigh(left), weigh(right));
const both = (left: unknown, right: unknown) => surface(left) + surface(right);

/** The cost of each binary operator of CEL, in units of `Meter`, from its two operands. */
export const BINARY_COSTS: Readonly<
  Partial<Record<string, (left: unknown, right: unknown) => number>>
> = {
  "==": smaller,
  "!=": smaller,
  "<": smaller,
  "<=": smaller,
  ">": smaller,
  ">=": smaller,
  in: (_value, list) => (Array.isArray(list) ? weigh(list) : 1),
  "+": both,
};

/** Returns the cost of a call of a CEL function with these arguments, in units of `Meter`. */
export function computeCallCost(name: string, values: readonly unknown[]): number {
  const [first, second] = values;
  switch (name) {
    case "contains":
    case "indexOf":
    case "lastIndexOf":
    case "split":
      // In the worst case the pattern is compared at every position.
      return both(first, second) + (countCharacters(first) * countCharacters(second)) / 64;
    case "join":
      return weigh(first) + (measureLength(first) * countCharacters(second)) / CHARACTERS_PER_UNIT;
    case "duration":
      // The library reads a long duration in cubic time.
      if (countCharacters(first) > DURATION_CHARACTERS_MAX)
        throw new Error("The duration is too long");
      return 1;
    case "json":
    case "hex":
    case "base64":
    case "bytes":
      return 1 + 4 * (measureLength(first) + countCharacters(first));
    case "matches":
      return PATTERN_COST;
    default:
      // The getters of a time are slow with a time zone.
      return name.startsWith("get") && values.length > 1
        ? TIME_ZONE_COST
        : values.reduce<number>((cost, value) => cost + surface(value), 1);
  }
}

/** Returns the cost of copying a value without its nested values, in units of `Meter`. */
export const surface = (value: unknown): number =>
  typeof value === "string" ? weigh(value) : measureLength(value);

const countCharacters = (value: unknown): number => (typeof value === "string" ? value.length : 0);

/** Returns the length of a value: its items, properties or characters; 0 or 1 for simple values. */
export function measureLength(value: unknown): number {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 1;
}
