import { err, ok, type Result } from "../../../result.ts";

/** A query as far as it is understood here, which is not far: SQLite's compiler is asked for the rest. */
export type Statement = {
  /** The query without the semicolon that may end it. */
  readonly text: string;
  /** Everything in it that may be a name, in lower case. */
  readonly names: ReadonlySet<string>;
};

/**
 * Looks at a query before SQLite sees it: one statement, which begins with SELECT or WITH, and whose brackets match, so that
 * it stays inside those that are put around it.
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
 * Bounds a query. As a subquery it cannot be anything but a SELECT, whatever it is made of. The line breaks end a comment
 * that the query may end with.
 */
export function bounded(statement: Statement, rowsMax: number): string {
  return `SELECT * FROM (\n${statement.text}\n) LIMIT ${rowsMax}`;
}

/** SQLite's tokens as far as needed; a quotation or comment without an end reaches to the end, as SQLite reads it too. */
const TOKEN =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[\p{L}\p{N}_$]+|[^]/gu;

function isSpace(token: string): boolean {
  return token.trim() === "" || token.startsWith("--") || token.startsWith("/*");
}

function unquoted(token: string): string {
  const quote = token.charAt(0);
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
