/** Limits of one construct in characters: a longer one counts as closed, so that it is held back no longer. */
const BRACKET_MAX = 1_000;
const DESTINATION_MAX = 2_000;
const DEFINITION_MAX = 4_000;
/** Maximum characters of an HTML tag that is recognised. A longer one is treated as text. */
export const TAG_MAX = 4_000;

/** A part of a text that was read to its end. */
type Read<Value> = Value & { readonly end: number };
/**
 * The result of a function that reads a Markdown or HTML construct whose end has not arrived yet in the streamed text.
 */
export type Undecided = "undecided";

/**
 * Reads the bracketed part of a Markdown link, `[…]`, that opens at `from`. Brackets nest, and a backslash escapes one.
 * Returns null if it is not closed within `BRACKET_MAX` characters. `isEnd` says that no more text follows.
 */
export function readBracket(
  text: string,
  from: number,
  isEnd: boolean,
): Read<{ readonly inner: string }> | Undecided | null {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (at - from > BRACKET_MAX) return null;
    const character = text.charAt(at);
    if (character === "\\") at += 1;
    else if (character === "[") depth += 1;
    else if (character === "]") depth -= 1;
    if (depth === 0 && at < text.length) return { inner: text.slice(from + 1, at), end: at + 1 };
  }
  return isEnd ? null : "undecided";
}

/**
 * Reads the destination of a Markdown link, `(<url> "title")`, whose parenthesis opens at `from`. Forms that no
 * standard allows are read as lenient renderers do: up to the first closing parenthesis. `isEnd` says that no more text
 * follows.
 */
export function readDestination(
  text: string,
  from: number,
  isEnd: boolean,
): Destination | Undecided {
  const head = text.slice(from, from + DESTINATION_MAX);
  const isWhole = isEnd || head.length === DESTINATION_MAX;
  const start = skipSpace(head, 1);
  const [first, last] =
    head.charAt(start) === "<" ? readAngled(head, start) : readPlain(head, start);
  const url = head.slice(first, last);
  const afterUrl = skipSpace(head, head.charAt(last) === ">" ? last + 1 : last);
  const closing = findClosing(head, afterUrl);
  if (closing !== null) return { url, end: from + closing + 1, isCut: false };
  return isWhole ? { url, end: from + head.length, isCut: true } : "undecided";
}

/**
 * The destination of a Markdown link, and the index after it in the text. `isCut` is true if the parenthesis was not
 * closed within the limit of characters.
 */
export type Destination = Read<{ readonly url: string; readonly isCut: boolean }>;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/^\s$/.test(text.charAt(at))) at += 1;
  return at;
}

function readAngled(text: string, open: number): readonly [number, number] {
  const end = text.slice(open).search(/[>\n]/);
  return [open + 1, end < 0 ? text.length : open + end];
}

function readPlain(text: string, start: number): readonly [number, number] {
  let depth = 0;
  for (const { 0: mark, index } of text.slice(start).matchAll(PLAIN_MARKS)) {
    if (mark === "(") depth += 1;
    else if (mark === ")") depth -= 1;
    if (depth < 0 || depth > DEPTH_MAX || mark.trim() === "") return [start, start + index];
  }
  return [start, text.length];
}

/** CommonMark's limit for parentheses in parentheses. */
const DEPTH_MAX = 32;
/** Characters that end a destination, nest in it, or are escaped in it. */
const PLAIN_MARKS = /\\[!-/:-@[-`{-~]|[()\s]/g;

/** Finds the parenthesis that closes a destination, after its title if it has one. Null while there is none. */
function findClosing(text: string, from: number): number | null {
  const title = /^\\?["'(]/.exec(text.slice(from, from + 2))?.[0];
  if (title !== undefined && text.charAt(from) !== ")") {
    const close = title.replace("(", ")");
    const end = text.indexOf(close, from + title.length);
    if (end < 0) return null;
    const after = skipSpace(text, end + close.length);
    if (text.charAt(after) === ")") return after;
    if (after === text.length) return null;
  }
  const lenient = text.indexOf(")", from);
  return lenient < 0 ? null : lenient;
}

/** An HTML tag or an autolink: `inner` is the text between its angle brackets, `end` the index after it. */
export type Tag = Read<{ readonly inner: string }>;

/**
 * Reads the HTML tag that opens at `from`. Returns null if the angle bracket there begins no tag: another one or a
 * blank line follows, or it is not closed within `TAG_MAX` characters. `isEnd` says that no more text follows.
 */
export function readTag(text: string, from: number, isEnd: boolean): Tag | Undecided | null {
  if (from + 1 >= text.length) return isEnd ? null : "undecided";
  if (!/[a-z/]/i.test(text.charAt(from + 1))) return null;
  let quote = "";
  for (let at = from + 1; at < text.length; at++) {
    if (at - from > TAG_MAX) return null;
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
      continue;
    }
    if (character === ">") return { inner: text.slice(from + 1, at), end: at + 1 };
    if (character === "<" || (character === "\n" && /^\n[ \t]*\n/.test(text.slice(at))))
      return null;
    if (/["']/.test(character) && /=\s*\\?$/.test(text.slice(from, at))) quote = character;
  }
  return isEnd ? null : "undecided";
}

/** Lists the attributes in the inner text of an HTML tag, with names in lower case and values without quotes. */
export function readAttributes(inner: string): { readonly name: string; readonly value: string }[] {
  return Array.from(
    inner.replace(/^[^\s/]+/, "").matchAll(ATTRIBUTE),
    ([, name = "", value = ""]) => ({
      name: name.toLowerCase(),
      value: value.replace(/^\\?(["'])([^]*?)\\?\1$/, "$2"),
    }),
  );
}

const ATTRIBUTE = /([^\s"'<>/=\\]+)(?:\s*=\s*(\\?"[^"]*"|\\?'[^']*'|[^\s"'>]+))?/g;

/**
 * Reads the destination of a Markdown link definition, `[label]: url`, whose colon is at `from`. Returns null if there
 * is none. The URL is null if a `<` follows the colon and is not closed; `end` is then the index after the `<`. Such a
 * text becomes a destination only if the filter removes a link or tag within it.
 */
export function readLabelTarget(
  text: string,
  from: number,
  isEnd: boolean,
): Read<{ readonly url: string | null }> | Undecided | null {
  const rest = text.slice(from, from + DEFINITION_MAX);
  const [found = ""] = DEFINED.exec(rest) ?? [];
  const end = from + found.length;
  if (end === text.length && !isEnd && found.length < DEFINITION_MAX) return "undecided";
  const broken = BROKEN.exec(rest)?.[0];
  if (broken !== undefined) return { url: null, end: from + broken.length };
  const url = found.replace(/^:\s*<?/, "").replace(/>$/, "");
  return url === "" || MARK_BEGINS.test(url) ? null : { url, end };
}

/** A destination; one in angle brackets is closed, or its end is not there yet. */
const DEFINED = /^:\s*(?:<[^<>\n]*(?:>|$)|(?!<)\S*)/;
/** An angle bracket of a destination that is not closed, or might be once something in it is removed. */
const BROKEN = /^:\s*<(?=[^<>\n[\]]*(?:[<\n[\]]|$))/;
/** The beginning of a mark, which is not a destination since it has a space. */
const MARK_BEGINS = /^\((?:image|link)$/;

/**
 * Reads the bare URL at the beginning of a text, and the full URL to which it leads. Returns null if there is none.
 * `isEnd` says that no more text follows.
 */
export function readBareUrl(
  text: string,
  isEnd: boolean,
): Read<{ readonly target: string }> | Undecided | null {
  if (!BARE_URL.test(text)) {
    const begins = URL_BEGINNINGS.some((one) => one.startsWith(text.toLowerCase()));
    return begins && !isEnd && text.length < 8 ? "undecided" : null;
  }
  const [url = ""] = /^[^\s<>"'`\\[\]!]+/.exec(text.slice(0, DEFINITION_MAX)) ?? [];
  if (url.length === text.length && !isEnd && url.length < DEFINITION_MAX) return "undecided";
  const address = url.replace(/[.,:;!?)\]*_~]+$/, "");
  return { target: /^www/i.test(address) ? `https://${address}` : address, end: address.length };
}

/** A bare URL. */
const BARE_URL = /^(?:(?:https?|ftp):[\\/]{1,2}|www\.)[^\s<>"'`\\]/i;
/** The beginnings of a bare URL. */
const URL_BEGINNINGS = ["https://", "http://", "ftp://", "www."];

/** Normalises the label of a Markdown link definition, so that labels can be compared as Markdown does. */
export const toLabel = (text: string): string => text.replaceAll(/\s+/g, " ").trim().toLowerCase();
