/**
 * Conversion between JSON and CEL values. Integers become CEL's integers (BigInt). Objects become Maps, in which no
 * member name is special. The conversion back is bounded: a small list that contains a large text a million times
 * is small in memory, but not as JSON.
 */
import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";

import { EXPRESSION_DEPTH_MAX } from "../../bounds.ts";

/** Maximum length as JSON of one result, or of all results that fill one template. */
const RESULT_CHARACTERS_MAX = 1_048_576;

/** Number of characters whose copying or comparing costs one unit of `Meter`. */
export const CHARACTERS_PER_UNIT = 16;

// Both live as long as the value that they describe. Scopes do not change after they are passed on.
const converted = new WeakMap<object, unknown>();
const weights = new WeakMap<object, number>();

/** Converts a JSON value to a CEL value. The result for an object is cached, so that each object is converted once. */
export function toCel(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return toCelAt(value, 0);
  const known = converted.get(value);
  if (known !== undefined) return known;
  const cel = toCelAt(value, 0);
  converted.set(value, cel);
  return cel;
}

/**
 * Returns the cost of visiting a value with all nested values, in units of `Meter`. A nested value that occurs several
 * times counts each time.
 */
export function weigh(value: unknown): number {
  if (typeof value === "string") return 1 + value.length / CHARACTERS_PER_UNIT;
  if (value instanceof Uint8Array) return 1 + value.length;
  if (typeof value !== "object" || value === null) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  let weight = 1;
  for (const part of listParts(value)) weight += weigh(part);
  weights.set(value, weight);
  return weight;
}

/** Converts CEL values to JSON values, and limits the total number of characters that these have as JSON. */
export class JsonWriter {
  #left = RESULT_CHARACTERS_MAX;

  /**
   * Converts a CEL value to a JSON value. Throws an Error whose message is for users if the value has no JSON form, or
   * if all values that this writer has converted have more than 1,048,576 characters as JSON in total.
   */
  write(value: unknown): unknown {
    if (typeof value === "bigint") return this.#integer(value);
    if (typeof value === "number") return this.#number(value);
    if (typeof value !== "string" && typeof value !== "boolean") return this.#object(value);
    this.#spend(String(value).length + 2);
    return value;
  }

  #object(value: unknown): unknown {
    this.#spend(4);
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) return value.map((item) => this.#part(item));
    if (value instanceof Map) return this.#members(value);
    if (value instanceof Date) return timestampText(value);
    // The library formats negative durations incorrectly.
    if (value instanceof Duration) return `${value.valueOf() / 1_000}s`;
    if (value instanceof UnsignedInt) return this.#integer(value.value);
    if (value instanceof Uint8Array) return this.write(base64(value));
    if (value instanceof Optional) return value.hasValue() ? this.write(value.value()) : null;
    if (Object.getPrototypeOf(value) === Object.prototype) {
      return this.#members(Object.entries(value));
    }
    throw new Error("The result cannot be written as JSON");
  }

  #part(value: unknown): unknown {
    this.#spend(1);
    return this.write(value);
  }

  #members(entries: Iterable<readonly [unknown, unknown]>): unknown {
    const members: [string, unknown][] = [];
    for (const [name, member] of entries) {
      const text = String(name);
      this.#spend(text.length + 3);
      members.push([text, this.#part(member)]);
    }
    return Object.fromEntries(members);
  }

  #integer(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw new Error(
        `The integer ${value} is beyond 2^53, which JSON cannot represent: use string(…)`,
      );
    }
    return this.#number(number);
  }

  #number(value: number): number {
    if (!Number.isFinite(value)) throw new Error(`The result ${value} cannot be written as JSON`);
    this.#spend(String(value).length);
    return value;
  }

  #spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw new Error("The result is larger than 1 MB of JSON");
  }
}

function toCelAt(value: unknown, depth: number): unknown {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value ?? null;
  if (depth >= EXPRESSION_DEPTH_MAX) {
    throw new Error(`Expressions read JSON that is nested at most ${EXPRESSION_DEPTH_MAX} deep`);
  }
  if (Array.isArray(value)) return value.map((item) => toCelAt(item, depth + 1));
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(entries.map(([name, member]) => [name, toCelAt(member, depth + 1)]));
}

function* listParts(value: object): Generator {
  if (Array.isArray(value)) yield* value;
  else if (value instanceof Map) for (const entry of value) yield* entry;
  else for (const entry of Object.entries(value)) yield* entry;
}

function timestampText(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new Error("The result is not a time that can be written");
  return date.toISOString();
}

const base64 = (bytes: Uint8Array) =>
  btoa(Array.from(bytes, (byte) => String.fromCodePoint(byte)).join(""));
