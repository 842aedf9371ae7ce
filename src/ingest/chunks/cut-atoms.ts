import type { TableContext } from "../blocks/block-context.ts";
import type { Block } from "../blocks/read-blocks.ts";
import type { SlicedItems } from "../slices.ts";
import { estimateTokens, isDense, isSpace, spaceTokens } from "../text/estimate-tokens.ts";
import { longSpaceEnd, sentencesInSlices, skipSpace, type Span } from "../text/sentences.ts";

/**
 * A piece of text that chunks consist of and that is never split: a sentence, a few rows or lines, or a part of a
 * sentence, row or line that is too long.
 */
export type Atom = Span & {
  /**
   * Estimated number of tokens of the atom and of the white space before it. A chunk that begins with the atom does not
   * contain that white space.
   */
  readonly tokens: number;
  readonly kind: Block["kind"];
  readonly path: Block["path"];
  /** True for the first atom of a block (a paragraph, a list item, a table). */
  readonly startsBlock: boolean;
  /** Set for rows of a table and for members. */
  readonly table?: TableContext;
  /** Set for a part of a row that is not its first: the first cell of the row. */
  readonly rowKey?: Span;
};

/** Sizes of atoms, in estimated tokens: of rows, which stay whole where a chunk has room for them, and of all others. */
export type AtomSizes = { readonly row: number; readonly atom: number };

/**
 * Cuts the blocks of a text into atoms, the pieces that chunks are made of: rows, lines, sentences or words of at
 * most the tokens in `sizes`. Together the atoms contain all text except white space.
 */
export function* cutAtoms(
  text: string,
  blocks: SlicedItems<Block>,
  sizes: AtomSizes,
): SlicedItems<Atom> {
  let work = 0;
  let before = 0;
  for (const block of blocks) {
    if (!block) {
      yield;
      continue;
    }
    let startsBlock = true;
    for (const piece of cutBlock(text, block, sizes)) {
      if (!piece) {
        yield;
        continue;
      }
      const { start, end, rowKey } = piece;
      const { kind, path, table } = block;
      const tokens = piece.tokens + spaceTokens(start - before);
      const row = { ...(table && { table }), ...(rowKey && { rowKey }) };
      yield { start, end, tokens, kind, path, startsBlock, ...row };
      startsBlock = false;
      before = end;
      // Counted here, for all blocks: each of many lines may be too short for a pause of its own.
      work += end - start + ATOM_WORK;
      if (work < CHARACTERS_A_SLICE) continue;
      work = 0;
      yield;
    }
  }
}

function* cutBlock(text: string, block: Block, sizes: AtomSizes): SlicedItems<Piece> {
  const isMembers = block.kind === "members";
  const isRows = isMembers || block.kind === "table" || block.kind === "records";
  const tokensMax = isRows ? sizes.row : sizes.atom;
  const spans =
    block.kind === "prose"
      ? sentencesInSlices(text, block.start, block.end)
      : joinLines(text, block, Math.floor(sizes.atom / 4));
  for (const span of spans) {
    if (!span) {
      yield;
      continue;
    }
    const { start, end } = span;
    const tokens = estimateTokens(text, start, enough(start, end, tokensMax));
    if (tokens <= tokensMax) yield { start, end, tokens };
    else if (isRows) yield* cutRow(text, span, isMembers ? MEMBER : ROW, sizes.atom);
    else yield* cutOverlong(text, span, tokensMax);
  }
}

/** A longer first cell is not repeated. */
const ROW_KEY_LENGTH_MAX = 200;
/** The rules by which a row that is too large is cut: the pattern of the text that identifies it, and its pieces. */
type RowKind = {
  readonly key: RegExp;
  readonly cut: (text: string, row: Span, tokensMax: number) => SlicedItems<Piece>;
};
/** A row begins with its first cell, "| key |", or "name: key;". */
const ROW: RowKind = { key: /^(?:\|(?:[^|\\]|\\.)*\||[^;|]+;)/, cut: cutOverlong };
/** A member has a path, "articles[2].body:"; a record, its number and first member, "line 3: name: Ada;". */
const MEMBER: RowKind = { key: /^(?:line \d+: [^;]+;|(?:line \d+: )?[^:]+:)/, cut: cutSentences };

/** Cuts a row that is larger than a chunk, inside its cells. The pieces after the first know what the row begins with. */
function* cutRow(
  text: string,
  row: Span,
  { key, cut }: RowKind,
  tokensMax: number,
): SlicedItems<Piece> {
  const begin = key.exec(text.slice(row.start, Math.min(row.end, row.start + ROW_KEY_LENGTH_MAX)));
  const rowKey = begin ? { start: row.start, end: row.start + begin[0].length } : null;
  let isFirst = true;
  for (const piece of cut(text, row, tokensMax)) {
    if (!piece || isFirst || !rowKey || piece.start < rowKey.end) yield piece;
    else yield { ...piece, rowKey };
    if (piece) isFirst = false;
  }
}

/** Cuts a long text into its sentences, and those that are too long at white space. */
function* cutSentences(text: string, span: Span, tokensMax: number): SlicedItems<Piece> {
  for (const sentence of sentencesInSlices(text, span.start, span.end)) {
    if (!sentence) {
      yield;
      continue;
    }
    const { start, end } = sentence;
    const tokens = estimateTokens(text, start, enough(start, end, tokensMax));
    if (tokens <= tokensMax) yield { start, end, tokens };
    else yield* cutOverlong(text, sentence, tokensMax);
  }
}

/** Lines that take about 5 ms. */
const LINES_A_SLICE = 4_000;
/** Characters of atoms that take about 5 ms. Each atom counts as some more. */
const CHARACTERS_A_SLICE = 200_000;
const ATOM_WORK = 50;
/** Only white space has more characters per token than this. */
const CHARACTERS_A_TOKEN_MAX = 64;
/** Returns the end of a part from `start` on that is long enough to see that the text has more than `tokens`. */
const enough = (start: number, end: number, tokens: number) =>
  Math.min(end, start + CHARACTERS_A_TOKEN_MAX * (tokens + 2));

/** Joins whole lines until they have `tokensMin`, so that a file of a million short lines stays cheap. */
function* joinLines(text: string, block: Span, tokensMin: number): SlicedItems<Span> {
  let start = -1;
  let tokens = 0;
  let lines = 0;
  for (let line = block.start; line < block.end;) {
    const newline = text.indexOf("\n", line);
    const end = newline < 0 || newline > block.end ? block.end : newline;
    const spaceEnd = longSpaceEnd(text, line, end);
    if (spaceEnd !== null) {
      line = spaceEnd;
      yield;
      continue;
    }
    const first = skipSpace(text, line, end);
    const last = trimEnd(text, first, end);
    if (last > first) {
      const lineTokens = estimateTokens(text, first, enough(first, last, 4 * tokensMin));
      // A long line is its own atom, so that cutting it does not cut its neighbours.
      if (start >= 0 && tokens + lineTokens > 4 * tokensMin) {
        yield { start, end: trimEnd(text, start, line) };
        start = -1;
        tokens = 0;
      }
      if (start < 0) start = line === block.start ? first : keepIndent(line, first);
      tokens += lineTokens;
      if (tokens >= tokensMin) {
        yield { start, end: last };
        start = -1;
        tokens = 0;
      }
    }
    line = end + 1;
    if (++lines % LINES_A_SLICE === 0) yield;
  }
  if (start >= 0) yield { start, end: trimEnd(text, start, block.end) };
}

/** Indentation of code is kept up to this width. */
const INDENT_MAX = 80;

function keepIndent(line: number, first: number): number {
  return first - line <= INDENT_MAX ? line : first;
}

type Piece = Span & { readonly tokens: number; readonly rowKey?: Span };

/** Cuts a span at white space into pieces of at most `tokensMax`; inside a word only where there is no white space. */
function* cutOverlong(text: string, span: Span, tokensMax: number): SlicedItems<Piece> {
  let start = span.start;
  let end = start;
  let tokens = 0;
  for (let at = start; at < span.end;) {
    const next = wordEnd(text, at, span.end);
    const wordTokens = estimateTokens(text, at, next);
    const withSpace = wordTokens + spaceTokens(at - end);
    if (end > start && tokens + withSpace > tokensMax) {
      yield { start, end, tokens };
      start = at;
      tokens = wordTokens;
    } else {
      tokens += withSpace;
    }
    end = next;
    at = skipSpace(text, next, span.end);
  }
  if (end > start) yield { start, end, tokens };
}

/** A longer word is cut: only encoded data such as base64 is longer. */
const WORD_LENGTH_MAX = 48;

/** Finds the end of the word at `from`: before white space, after one dense character, or at `WORD_LENGTH_MAX`. */
function wordEnd(text: string, from: number, end: number): number {
  const bound = Math.min(end, from + WORD_LENGTH_MAX);
  let at = from;
  do {
    const code = text.charCodeAt(at);
    at++;
    if (isDense(code)) break;
  } while (at < bound && !isSpace(text.charCodeAt(at)) && !isDense(text.charCodeAt(at)));
  // A surrogate pair is one character.
  return at < end && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)) ? at + 1 : at;
}

function trimEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && isSpace(text.charCodeAt(last - 1))) last--;
  return last;
}

const isHigh = (code: number) => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number) => code >= 0xdc00 && code < 0xe000;
