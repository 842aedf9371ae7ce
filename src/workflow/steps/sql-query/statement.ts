import { err, ok, type Result } from "../../../result.ts";

/** A query as far as this file parses it, which is not far: SQLite's compiler does the rest. */
export type Statement = {
  /** The query without the semicolon that may end it. */
  readonly text: string;
  /** All tokens that may be names, in lower case. */
  readonly names: ReadonlySet<string>;
};

/**
 * Checks a query before SQLite does: one statement that begins with SELECT or WITH and has balanced brackets, so
 * that it cannot leave the brackets that enclose it.
 */
export function readStatement(query: string): Result<Statement, string> {
  const names = new Set<string>();
  let first: string | null = null;
  let depth = 0;
  let end: number | null = null;
  for (const { 0: token, index } of query.matchAll(TOKEN)) {
    if (isSpace(token)) continue;
    if (token === ";") {
      end ??= index;
      continue;
    }
    if (end !== null) return err("The query must be one statement; something follows its ';'.");
    first ??= token.toLowerCase();
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth < 0) return err("The query closes a bracket that it did not open.");
    if (/^["`[']/.test(token)) names.add(unquoted(token).toLowerCase());
    else if (/^[\p{L}_]/u.test(token)) names.add(token.toLowerCase());
  }
  if (first !== "select" && first !== "with") {
    return err("The query must begin with SELECT or WITH: this step only reads.");
  }
  if (depth > 0) return err("The query does not close all its brackets.");
  return ok({ text: query.slice(0, end ?? query.length), names });
}

/**
 * Limits the rows of a query. As a subquery it can only be a SELECT. The line breaks end a comment at the end of
 * the query.
 */
export function bounded(statement: Statement, rowsMax: number): string {
  return `SELECT * FROM (\n${statement.text}\n) LIMIT ${rowsMax}`;
}

/** SQLite's tokens as far as needed. A quotation or comment without an end extends to the end, as in SQLite. */
const TOKEN =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[\p{L}\p{N}_$]+|[^]/gu;

function isSpace(token: string): boolean {
  return token.trim() === "" || token.startsWith("--") || token.startsWith("/*");
}

function unquoted(token: string): string {
  const quote = token.charAt(0);
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
