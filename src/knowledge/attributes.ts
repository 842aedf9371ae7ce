/**
 * The attributes of a file, by which searches filter: up to 16 keys of at most 64 characters. Values are numbers,
 * booleans or strings of at most 512 characters.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/**
 * A condition on the attributes of files, as in OpenAI's API: a comparison, or several filters joined by `and` or `or`.
 */
export type Filter = ComparisonFilter | CompoundFilter;

/** A filter that compares one attribute with a value. */
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
