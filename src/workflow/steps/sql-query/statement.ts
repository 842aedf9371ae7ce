import { err, ok, type Result } from "../../../result.ts";
import { boundExpansion, EXPANSION_MAX } from "./expansion.ts";
import { readTokens, type Token } from "./tokens.ts";

/** A query as far as this file parses it, which is not far: SQLite's compiler does the rest. */
export type Statement = {
  /** The query without the semicolon that may end it. */
  readonly text: string;
  /** All tokens that may be names, in lower case. */
  readonly names: ReadonlySet<string>;
  readonly tokens: readonly Token[];
};

/**
 * Checks a query before SQLite does: one statement that begins with SELECT or WITH and has balanced brackets, so
 * that it cannot leave the brackets that enclose it.
 */
export function readStatement(query: string): Result<Statement, string> {
  const tokens = readTokens(query);
  const names = new Set<string>();
  let depth = 0;
  let end: number | null = null;
  for (const { text, name, index } of tokens) {
    if (text === ";") {
      end ??= index;
      continue;
    }
    if (end !== null) return err("The query must be one statement; something follows its ';'.");
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (depth < 0) return err("The query closes a bracket that it did not open.");
    if (name !== null) names.add(name);
  }
  const first = tokens.find(({ text }) => text !== ";")?.text.toLowerCase();
  if (first !== "select" && first !== "with") {
    return err("The query must begin with SELECT or WITH: this step only reads.");
  }
  if (depth > 0) return err("The query does not close all its brackets.");
  if (boundExpansion(tokens) > EXPANSION_MAX) {
    return err(
      "The query uses its own subqueries or common table expressions too many times in each other. Split it into several steps.",
    );
  }
  return ok({ text: query.slice(0, end ?? query.length), names, tokens });
}

/**
 * Limits the rows of a query. As a subquery it can only be a SELECT. The line breaks end a comment at the end of
 * the query.
 */
export function bounded(statement: Pick<Statement, "text">, rowsMax: number): string {
  return `SELECT * FROM (\n${statement.text}\n) LIMIT ${rowsMax}`;
}
