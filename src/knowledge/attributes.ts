/**
 * A file's attributes: up to 16 keys of 64 characters; values are numbers, booleans or strings of up to 512 characters.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** OpenAI's comparison and compound filters over attributes. */
export type Filter = ComparisonFilter | CompoundFilter;

/** Compares an attribute with a value. */
export type ComparisonFilter = {
  readonly type: "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "nin";
  readonly key: string;
  readonly value: string | number | boolean | readonly (string | number)[];
};

/** Joins filters: all of them or at least one must hold. */
type CompoundFilter = {
  readonly type: "and" | "or";
  readonly filters: readonly Filter[];
};
