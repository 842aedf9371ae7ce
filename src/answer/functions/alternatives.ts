import { NotExpected, TOO_MUCH_WORK } from "./json-reader.ts";
import { isSchema, resolveReference, type Schema } from "./schema.ts";

/**
 * A way in which a value can match a schema with `anyOf` and `$ref`: it matches each of these schemas, apart from their
 * `anyOf` and `$ref`. Empty if any value matches.
 */
export type Alternative = readonly Schema[];

/** Maximum number of alternatives for one value. */
const ALTERNATIVES_MAX = 1_000;
/** Maximum number of schemas on the way to an alternative: references lead to references. */
const PATH_MAX = 200;
const ANY: readonly Alternative[] = [[]];

/** Keywords of a schema that say something about a value, apart from `anyOf` and `$ref`. */
const LIMITING = [
  "type",
  "enum",
  "const",
  "format",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "items",
  "minItems",
  "maxItems",
  "properties",
  "additionalProperties",
] as const;

/** Lists the alternatives of the schemas in one root, which holds their definitions. */
export class Alternatives {
  readonly #root: Schema;
  readonly #spend: (count: number) => void;
  readonly #ids = new Map<Schema, number>();
  readonly #known = new Map<Schema, readonly Alternative[]>();
  /** The schemas whose alternatives are being listed, each of which leads to the next. */
  readonly #path = new Set<Schema>();
  /** True once a reference led back to a schema of the path: alternatives found on the way are not all. */
  #isCut = false;

  /** `spend` is called with each amount of work, and throws when it is too much. */
  constructor(root: Schema, spend: (count: number) => void) {
    this.#root = root;
    this.#spend = spend;
  }

  /** Lists the ways in which a value can match all of these schemas. */
  of(schemas: readonly unknown[]): readonly Alternative[] {
    const [only] = schemas;
    if (schemas.length === 1) return this.#of(only);
    return this.#all(schemas.map((schema) => () => this.#of(schema)));
  }

  /** Returns a text that two alternatives share if they are of the same schemas. */
  keyOf(alternative: Alternative): string {
    return alternative.map((schema) => this.#idOf(schema)).join(" ");
  }

  #of(schema: unknown): readonly Alternative[] {
    if (!isSchema(schema)) return ANY;
    const known = this.#known.get(schema);
    if (known) return known;
    this.#spend(1);
    // A reference that leads back without a value in between adds no alternative.
    if (this.#path.has(schema)) {
      this.#isCut = true;
      return [];
    }
    if (this.#path.size >= PATH_MAX) throw new NotExpected(TOO_MUCH_WORK);
    const wasCut = this.#isCut;
    this.#isCut = false;
    this.#path.add(schema);
    const found = this.#parts(schema);
    this.#path.delete(schema);
    if (!this.#isCut || this.#path.size === 0) this.#known.set(schema, found);
    this.#isCut = this.#path.size > 0 && (wasCut || this.#isCut);
    return found;
  }

  #parts(schema: Schema): readonly Alternative[] {
    const { $ref: reference, anyOf } = schema;
    const own: readonly Alternative[] = LIMITING.some((keyword) => schema[keyword] !== undefined)
      ? [[schema]]
      : ANY;
    return this.#all([
      () => own,
      () => (reference === undefined ? ANY : this.#of(resolveReference(this.#root, reference))),
      () => (Array.isArray(anyOf) ? this.#distinct(anyOf.flatMap((each) => this.#of(each))) : ANY),
    ]);
  }

  /** Combines the alternatives of schemas that a value must match together. */
  #all(parts: readonly (() => readonly Alternative[])[]): readonly Alternative[] {
    let combined = ANY;
    for (const part of parts) {
      const more = part();
      this.#spend(combined.length * more.length);
      combined = this.#distinct(
        combined.flatMap((one) => more.map((other) => [...new Set([...one, ...other])])),
      );
    }
    return combined;
  }

  #distinct(alternatives: readonly Alternative[]): readonly Alternative[] {
    const distinct = new Map(
      alternatives.map((one) => {
        const sorted = one.toSorted((a, b) => this.#idOf(a) - this.#idOf(b));
        return [this.keyOf(sorted), sorted];
      }),
    );
    if (distinct.size > ALTERNATIVES_MAX) throw new NotExpected(TOO_MUCH_WORK);
    return [...distinct.values()];
  }

  #idOf(schema: Schema): number {
    const known = this.#ids.get(schema);
    if (known !== undefined) return known;
    this.#ids.set(schema, this.#ids.size);
    return this.#ids.size - 1;
  }
}
