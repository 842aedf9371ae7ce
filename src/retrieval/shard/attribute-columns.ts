import type { Attributes, ComparisonFilter, Filter } from "../../knowledge/attributes.ts";
import { matchesFilter } from "../filter.ts";

type Value = Attributes[string];

/**
 * The values of one attribute. `codes` has a number for each file, by its ordinal: 1 for the first of `values` and so
 * on; 0 if the file does not have the attribute.
 */
type Column = { codes: Uint32Array; readonly values: Value[]; readonly codeOf: Map<Value, number> };

/** Number of filters whose results are cached until an attribute changes. */
const FILTERS_KEPT = 8;

/**
 * The attributes of a shard's files in memory, one column for each attribute. A filter is evaluated once for each
 * distinct value instead of once for each file. Files are identified by their ordinals in the shard.
 */
export class AttributeColumns {
  readonly #columns = new Map<string, Column>();
  readonly #admitted = new Map<string, Uint8Array>();
  #fileCount = 0;
  #valueLength = 0;

  /** The memory that the columns take, in bytes. */
  get bytes(): number {
    return this.#columns.size * this.#fileCount * 4 + this.#valueLength * 2;
  }

  /** Replaces the attributes of a file. */
  set(ordinal: number, attributes: Attributes): void {
    this.#admitted.clear();
    this.#fileCount = Math.max(this.#fileCount, ordinal + 1);
    for (const column of this.#columns.values()) {
      if (ordinal < column.codes.length) column.codes[ordinal] = 0;
    }
    for (const [key, value] of Object.entries(attributes)) this.#column(key, ordinal, value);
  }

  #column(key: string, ordinal: number, value: Value): void {
    const column: Column = this.#columns.get(key) ?? {
      codes: new Uint32Array(),
      values: [],
      codeOf: new Map<Value, number>(),
    };
    this.#columns.set(key, column);
    if (ordinal >= column.codes.length) {
      const grown = new Uint32Array(Math.max(64, Math.ceil(1.5 * this.#fileCount)));
      grown.set(column.codes);
      column.codes = grown;
    }
    let code = column.codeOf.get(value);
    if (code === undefined) {
      code = column.values.push(value);
      column.codeOf.set(value, code);
      this.#valueLength += 40 + String(value).length;
    }
    column.codes[ordinal] = code;
  }

  /**
   * Evaluates a filter. Returns an array with a value for each file ordinal below `fileCount`: 1 if the file satisfies
   * the filter, otherwise 0. The array is cached: callers must not change it.
   */
  admit(filter: Filter, fileCount: number): Uint8Array {
    const key = `${fileCount} ${JSON.stringify(filter)}`;
    const known = this.#admitted.get(key);
    if (known) return known;
    const admitted = this.#evaluate(filter, fileCount);
    const [oldest] = this.#admitted.keys();
    if (this.#admitted.size >= FILTERS_KEPT && oldest !== undefined) this.#admitted.delete(oldest);
    this.#admitted.set(key, admitted);
    return admitted;
  }

  #evaluate(filter: Filter, fileCount: number): Uint8Array {
    if (!("filters" in filter)) return this.#compare(filter, fileCount);
    const isAnd = filter.type === "and";
    const admitted = new Uint8Array(fileCount).fill(isAnd ? 1 : 0);
    for (const part of filter.filters) {
      const one = this.#evaluate(part, fileCount);
      for (let ordinal = 0; ordinal < fileCount; ordinal++) {
        const [before, now] = [admitted[ordinal] ?? 0, one[ordinal] ?? 0];
        admitted[ordinal] = isAnd ? before & now : before | now;
      }
    }
    return admitted;
  }

  #compare(filter: ComparisonFilter, fileCount: number): Uint8Array {
    const { key } = filter;
    const holds = (attributes: Attributes) => (matchesFilter(filter, attributes) ? 1 : 0);
    const absent = holds({});
    const column = this.#columns.get(key);
    const admitted = new Uint8Array(fileCount).fill(absent);
    if (!column) return admitted;
    const byCode = Uint8Array.of(absent, ...column.values.map(() => 0));
    for (const [index, value] of column.values.entries())
      byCode[index + 1] = holds({ [key]: value });
    const { codes } = column;
    for (let ordinal = 0; ordinal < Math.min(fileCount, codes.length); ordinal++) {
      admitted[ordinal] = byCode[codes[ordinal] ?? 0] ?? 0;
    }
    return admitted;
  }
}
