import type { Dice } from "./dice.ts";
import type { Schema } from "./operations.ts";

const DEPTH_MAX = 6;

/**
 * Makes random values that are valid for a JSON Schema. For a text property, the constructor's function `known` may
 * return the text to use, such as the id of an existing file for `file_id`.
 */
export class Values {
  readonly #dice: Dice;
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #known: (property: string) => string | null;

  constructor(
    dice: Dice,
    schemas: Readonly<Record<string, Schema>>,
    known: (property: string) => string | null,
  ) {
    this.#dice = dice;
    this.#schemas = schemas;
    this.#known = known;
  }

  /**
   * Makes a random value for a schema. `property` is the name of the innermost property that the value is in, `depth`
   * is how deep the value is nested.
   */
  make(schema: Schema, property = "", depth = 0): unknown {
    const dice = this.#dice;
    // A schema that nests may offer nothing else.
    if (depth > 4 * DEPTH_MAX) return null;
    const resolved = this.#resolve(schema);
    const options = listOf(resolved["anyOf"] ?? resolved["oneOf"]);
    if (options.length > 0) {
      // The last is often the one that does not nest.
      const option = depth > DEPTH_MAX ? options.at(-1) : dice.pick(options);
      return this.make(option ?? {}, property, depth + 1);
    }
    if ("const" in resolved) return resolved["const"];
    const choices = resolved["enum"];
    if (Array.isArray(choices)) return dice.pick<unknown>(choices);
    const type = resolved["type"];
    switch (Array.isArray(type) ? dice.pick<unknown>(type) : type) {
      case "object":
        return this.#object(resolved, depth);
      case "array":
        return this.#array(resolved, property, depth);
      case "string":
        return (
          this.#known(property) ?? dice.pick(["a", "leave", "2026-11-29", "name_1", "x".repeat(40)])
        );
      case "integer":
      case "number":
        return this.#number(resolved);
      case "boolean":
        return dice.chance(0.5);
      case "null":
        return null;
      default:
        return dice.pick<unknown>([null, 1, "text", { a: 1 }, [1]]);
    }
  }

  #resolve(schema: Schema): Schema {
    const ref = schema["$ref"];
    if (typeof ref !== "string") return schema;
    return this.#schemas[ref.slice(ref.lastIndexOf("/") + 1)] ?? {};
  }

  #object(schema: Schema, depth: number): Record<string, unknown> {
    const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
    const made: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(asRecord(schema["properties"]))) {
      const isWanted = required.has(name) || (depth < DEPTH_MAX && this.#dice.chance(0.3));
      if (isWanted) made[name] = this.make(asRecord(inner), name, depth + 1);
    }
    const others = schema["additionalProperties"];
    if (typeof others === "object" && others !== null && depth < DEPTH_MAX) {
      for (const name of ["alpha", "beta"].slice(this.#dice.below(3))) {
        made[name] = this.make(asRecord(others), name, depth + 1);
      }
    }
    return made;
  }

  #array(schema: Schema, property: string, depth: number): unknown[] {
    const min = Number(schema["minItems"] ?? 0);
    const length = Math.max(min, depth > DEPTH_MAX ? 0 : this.#dice.below(3));
    return Array.from({ length }, () =>
      this.make(asRecord(schema["items"]), property.replace(/s$/, ""), depth + 1),
    );
  }

  #number(schema: Schema): number {
    const min = Number(schema["minimum"] ?? schema["exclusiveMinimum"] ?? 0);
    const max = Math.min(Number(schema["maximum"] ?? min + 100), min + 1_000);
    const whole = Math.ceil(min) + this.#dice.below(Math.max(1, max - min));
    return schema["type"] === "integer" || this.#dice.chance(0.5) ? whole : min + (max - min) / 2;
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const listOf = (value: unknown): Schema[] => (Array.isArray(value) ? value.map(asRecord) : []);
