import { err, ok, type Result } from "../../../result.ts";
import { boundExpansion, EXPANSION_MAX } from "./expansion.ts";
import { readTokens, type Token } from "./tokens.ts";

/** The parts of a SQL query that `readStatement` finds. SQLite's compiler does the real parsing. */
export type Statement = {
  /** The query without a semicolon at its end. */
  readonly text: string;
  /** All tokens that may be names, in lower case. */
  readonly names: ReadonlySet<string>;
  readonly tokens: readonly Token[];
};

/**
 * Checks that a text is one SQL statement that begins with SELECT or WITH, with balanced brackets, so that it can
 * safely be put in brackets inside another query. The error is a message for the user.
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
 * Returns a query that gives at most `rowsMax` rows of the statement, which becomes its subquery. SQLite accepts only a
 * SELECT as a subquery, so the query cannot write. A line break follows the statement, since it may end with a comment.
 */
export function bounded(statement: Pick<Statement, "text">, rowsMax: number): string {
  return `SELECT * FROM (\n${statement.text}\n) LIMIT ${rowsMax}`;
}
