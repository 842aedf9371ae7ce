/** A file's attributes: up to 16 keys of 64 characters; values are strings of 512 characters, numbers or booleans. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** OpenAI's comparison and compound filters over attributes. */
export type Filter = ComparisonFilter | CompoundFilter;

export type ComparisonFilter = {
  readonly type: "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "nin";
  readonly key: string;
  readonly value: string | number | boolean | readonly (string | number)[];
};

export type CompoundFilter = {
  readonly type: "and" | "or";
  readonly filters: readonly Filter[];
};
