import type { Token } from "./tokens.ts";

/**
 * Maximum number of tokens of a SQL query after SQLite has expanded it, as `boundExpansion` estimates it.
 *
 * SQLite compiles a common table expression once for each use, and copies the expression of a subquery's column to each
 * use of the column. Twenty levels that each use the level before twice make a million copies, and that happens before
 * there is a program whose work could be estimated. So it is bounded from the text: each SELECT has the size of its own
 * tokens, and those that it contains or names count as often as one of their columns can be used in it.
 */
export const EXPANSION_MAX = 200_000;

/**
 * Returns an upper bound of the number of tokens of a SQL query after SQLite has expanded its common table expressions
 * and subqueries. Infinity if they refer to each other in a circle.
 */
export function boundExpansion(tokens: readonly Token[]): number {
  const computed = listComputed(tokens);
  const { root, expressions } = readScopes(tokens);
  const sizes = new Map<Scope, number>();
  const measure = (scope: Scope): number => {
    const known = sizes.get(scope);
    if (known !== undefined) return known;
    // Until it is known, an expression that names itself is one that SQLite refuses, or a recursion.
    sizes.set(scope, 0);
    const uses = new Map<string, number>();
    let inner = 0;
    for (const { name, isQualifier } of scope.own) {
      if (name === null) continue;
      const named = expressions.get(name);
      if (named && named !== scope) inner += measure(named);
      if (!isQualifier && computed.has(name)) uses.set(name, (uses.get(name) ?? 0) + 1);
    }
    for (const child of scope.children) inner += measure(child);
    const repeats = Math.max(1, ...uses.values());
    const size = scope.own.length + inner * repeats;
    sizes.set(scope, size);
    return size;
  };
  return measure(root);
}

type Own = { readonly name: string | null; readonly isQualifier: boolean };
/** The tokens between two brackets. */
type Scope = { readonly own: Own[]; readonly children: Scope[] };

/** Reads the scopes of a query: brackets with a SELECT in them, and those that have a name in a WITH. */
function readScopes(tokens: readonly Token[]): {
  root: Scope;
  expressions: ReadonlyMap<string, Scope>;
} {
  const root: Scope = { own: [], children: [] };
  const expressions = new Map<string, Scope>();
  const open: { readonly scope: Scope; readonly isOwn: boolean }[] = [];
  let scope = root;
  for (const [at, { text, name }] of tokens.entries()) {
    if (text === "(") {
      const isOwn = /^(?:select|with|values)$/i.test(tokens[at + 1]?.text ?? "");
      open.push({ scope, isOwn });
      if (!isOwn) continue;
      const inner: Scope = { own: [], children: [] };
      const title = readTitle(tokens, at);
      if (title === null) scope.children.push(inner);
      else expressions.set(title, inner);
      scope = inner;
    } else if (text === ")") {
      scope = open.pop()?.scope ?? root;
    } else scope.own.push({ name, isQualifier: tokens[at + 1]?.text === "." });
  }
  return { root, expressions };
}

/** The name of the common table expression whose body begins at a bracket; null if none does. */
function readTitle(tokens: readonly Token[], bracket: number): string | null {
  let at = bracket - 1;
  if (tokens[at]?.name === "materialized") at--;
  if (tokens[at]?.name === "not") at--;
  if (tokens[at]?.name !== "as") return null;
  at--;
  if (tokens[at]?.text === ")") {
    while (at > 0 && tokens[at]?.text !== "(") at--;
    at--;
  }
  return tokens[at]?.name ?? null;
}

/** Lists the names that may stand for a computed column: those after AS, after a value, or in the list of a WITH. */
function listComputed(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [at, { name, text }] of tokens.entries()) {
    if (name === null || KEYWORDS.has(text.toLowerCase())) continue;
    const before = tokens[at - 1];
    const isInList = before?.text === "(" || before?.text === ",";
    const after = tokens[at + 1]?.text;
    const isAfterValue =
      before !== undefined &&
      (before.text === ")" ||
        /^[\d'"`[\]]/.test(before.text) ||
        (before.name !== null && !KEYWORDS.has(before.text.toLowerCase())) ||
        /^(?:as|end|null)$/i.test(before.text));
    // `name(first, second) AS (…)`: the names between the brackets.
    const isColumn = isInList && (after === "," || after === ")") && isColumnList(tokens, at);
    if (isAfterValue || isColumn) names.add(name);
  }
  return names;
}

function isColumnList(tokens: readonly Token[], from: number): boolean {
  let at = from;
  while (tokens[at] && tokens[at]?.text !== ")") at++;
  return tokens[at + 1]?.name === "as";
}

const KEYWORDS = new Set(
  `all and as asc between by case collate cross current desc distinct else end escape except exclude exists filter
  following from full glob group groups having in indexed inner intersect is isnull join left like limit match
  materialized natural not notnull null offset on or order outer over partition preceding range recursive regexp right
  row rows select then union unbounded using values when where window with`.split(/\s+/),
);
