/** A token of a SQL query. Spaces and comments are not tokens. */
export type Token = {
  readonly text: string;
  /** The token as a name, in lower case and without quotation marks; null if it cannot be one. */
  readonly name: string | null;
  /** Its offset in the query, in characters. */
  readonly index: number;
};

/** Splits a SQL query into tokens, by SQLite's rules as far as the checks of this folder need them. */
export function readTokens(query: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: text, index } of query.matchAll(TOKEN)) {
    if (!isSpace(text)) tokens.push({ text, name: readName(text), index });
  }
  return tokens;
}

/** A quotation or comment without an end extends to the end, as in SQLite. */
const TOKEN =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[\p{L}\p{N}_$]+|[^]/gu;

function isSpace(token: string): boolean {
  return token.trim() === "" || token.startsWith("--") || token.startsWith("/*");
}

function readName(token: string): string | null {
  if (/^["`[']/.test(token)) return unquoted(token).toLowerCase();
  return /^[\p{L}_]/u.test(token) ? token.toLowerCase() : null;
}

function unquoted(token: string): string {
  const quote = token.charAt(0);
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
