import type { Token } from "./tokens.ts";

/**
 * A query in which the names of tables and views that the project may not read are replaced by names that do not exist.
 * SQLite's error messages are then the same as if these tables and views did not exist, so a project cannot learn that
 * they do.
 */
export type Disguise = {
  /** The query with the names replaced everywhere. */
  readonly everywhere: string;
  /** The query with the names replaced only where a table is named, since a column may have the same name. */
  readonly asTables: string;
  /** Puts the original names back into an error message of SQLite. */
  readonly restore: (message: string) => string;
};

/** Replaces the names in `hidden` in a query (see `Disguise`); null if the query has none of them. */
export function disguise(
  text: string,
  tokens: readonly Token[],
  hidden: ReadonlySet<string>,
): Disguise | null {
  const within = tokens.filter(({ index }) => index < text.length);
  const found = within.filter(({ name }) => name !== null && hidden.has(name));
  if (found.length === 0) return null;
  let mark = "_hidden";
  while (
    within.some(({ name }) => name?.endsWith(mark)) ||
    [...hidden].some((name) => name.endsWith(mark))
  )
    mark += "_";
  const tables = new Set(listTablePlaces(within));
  return {
    everywhere: replace(text, found, mark),
    asTables: replace(
      text,
      found.filter((token) => tables.has(token)),
      mark,
    ),
    restore: (message) => message.replaceAll(mark, ""),
  };
}

function replace(text: string, tokens: readonly Token[], mark: string): string {
  let replaced = text;
  for (const { name, text: own, index } of tokens.toReversed()) {
    if (name === null) continue;
    const quote = own.startsWith("'") ? "'" : '"';
    const quoted = quote + (name + mark).replaceAll(quote, quote + quote) + quote;
    replaced = replaced.slice(0, index) + quoted + replaced.slice(index + own.length);
  }
  return replaced;
}

/** Lists the tokens that name a table: after FROM, JOIN, IN or a comma of a FROM, and after a schema and a dot. */
function listTablePlaces(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  const open: boolean[] = [];
  let isFrom = false;
  let expects = false;
  for (const [at, token] of tokens.entries()) {
    const word = token.text.toLowerCase();
    if (word === "(") {
      open.push(isFrom);
      isFrom = isFrom && expects;
      expects = isFrom;
    } else if (word === ")") {
      isFrom = open.pop() ?? false;
      expects = false;
    } else if (word === "from" || word === "join") {
      isFrom = true;
      expects = true;
    } else if (ENDS_FROM.has(word)) {
      isFrom = false;
      expects = false;
    } else if (word === ",") expects = isFrom;
    else if (word === "in") expects = true;
    else if (token.name !== null && expects) {
      if (tokens[at + 1]?.text === ".") continue;
      found.push(token);
      expects = false;
    }
  }
  return found;
}

const ENDS_FROM = new Set(
  "where group order limit having window union except intersect select on using values".split(" "),
);
