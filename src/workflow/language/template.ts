/**
 * Templates: JSON whose strings may contain `${ expression }`. A string that consists of one expression becomes the
 * expression's value, with its type. In a longer string, values are written as text: strings unchanged, other
 * values as JSON. `$${` is a literal `${`. Member names are not templates.
 */
import { err, ok, type Result } from "../../result.ts";

/** A part of a string in a template: literal text, or the source of an expression. */
export type TemplatePart = { readonly text: string } | { readonly source: string };

/**
 * Splits a string of a template into literal texts and expressions. The error, for an expression that does not end, is
 * a message for the user.
 */
export function parseTemplateText(text: string): Result<readonly TemplatePart[], string> {
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      const end = endOfExpression(text, at + 2);
      if (end === null) return err(unterminated(text, at));
      if (literal !== "") parts.push({ text: literal });
      literal = "";
      parts.push({ source: text.slice(at + 2, end).trim() });
      at = end + 1;
    } else {
      literal += text[at];
      at += 1;
    }
  }
  if (literal !== "") parts.push({ text: literal });
  return ok(parts);
}

/**
 * Returns a template with every expression in its strings replaced by the value that `evaluate` returns for its source.
 */
export function fillTemplate(template: unknown, evaluate: (source: string) => unknown): unknown {
  if (typeof template === "string") return fillText(template, evaluate);
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, evaluate));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, member]) => [name, fillTemplate(member, evaluate)]),
  );
}

/**
 * Applies `change` to every literal text in a template and to the source of every expression, and returns the new
 * template. `change` gets literal texts and sources with escapes resolved, and must not add `${` to a source. A string
 * that cannot be parsed is left as it is.
 */
export function mapTemplate(template: unknown, change: (text: string) => string): unknown {
  if (typeof template === "string") return mapText(template, change);
  if (Array.isArray(template)) return template.map((item) => mapTemplate(item, change));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, member]) => [name, mapTemplate(member, change)]),
  );
}

/** A string of a template that contains an expression, with its path and its parts. */
export type TemplateLeaf = {
  readonly path: readonly (string | number)[];
  readonly parts: Result<readonly TemplatePart[], string>;
};

/**
 * Yields every string of a template that contains an expression, including strings that cannot be parsed because an
 * expression does not end.
 */
export function* expressionLeaves(
  template: unknown,
  path: readonly (string | number)[] = [],
): Generator<TemplateLeaf> {
  if (typeof template === "string") {
    const parts = parseTemplateText(template);
    if (!parts.ok || parts.value.some((part) => "source" in part)) yield { path, parts };
  } else if (Array.isArray(template)) {
    for (const [at, item] of template.entries()) yield* expressionLeaves(item, [...path, at]);
  } else if (typeof template === "object" && template !== null) {
    for (const [name, member] of Object.entries(template)) {
      yield* expressionLeaves(member, [...path, name]);
    }
  }
}

function fillText(text: string, evaluate: (source: string) => unknown): unknown {
  const parts = parseTemplateText(text);
  if (!parts.ok) throw new Error(parts.error);
  const [first, ...rest] = parts.value;
  if (first && "source" in first && rest.length === 0) return evaluate(first.source);
  const asText = (part: TemplatePart) => {
    if ("text" in part) return part.text;
    const value = evaluate(part.source);
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return parts.value.map(asText).join("");
}

function mapText(text: string, change: (text: string) => string): string {
  const parts = parseTemplateText(text);
  if (!parts.ok) return text;
  // The line break ends a comment at the end of an expression.
  const written = parts.value.map((part) =>
    "text" in part
      ? change(part.text).replaceAll("${", () => "$${")
      : `\${${change(part.source)}\n}`,
  );
  return written.join("");
}

/**
 * Finds the `}` that ends the expression beginning at `start`. Braces nest; those in strings and comments do not
 * count.
 */
function endOfExpression(text: string, start: number): number | null {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = endOfQuote(text, at, character);
      continue;
    }
    if (text.startsWith("//", at)) {
      const newline = text.indexOf("\n", at);
      if (newline === -1) return null;
      at = newline;
    }
    if (character === "}" && depth === 0) return at;
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += 1;
  }
  return null;
}

/** Returns the position after a quoted string; the end of the text when the string does not end. */
function endOfQuote(text: string, start: number, quote: string): number {
  const triple = quote.repeat(3);
  const delimiter = text.startsWith(triple, start) ? triple : quote;
  let at = start + delimiter.length;
  while (at < text.length && !text.startsWith(delimiter, at)) at += text[at] === "\\" ? 2 : 1;
  return at + delimiter.length;
}

function unterminated(text: string, at: number): string {
  const excerpt = text.slice(at, at + 40);
  return `The expression that begins at character ${at + 1}, ${excerpt}, has no closing }; write $\${ for a literal \${`;
}
