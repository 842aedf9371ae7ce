import { stemmer } from "stemmer";

const STOP = new Set(
  "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with what which who whom whose when where why how do does did can could would should has have had were been being from about than also its his her he she we you i my your our me us them am".split(
    " ",
  ),
);
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Index terms in order, until the tokenizer of retrieval lands. */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  for (const [run] of text
    .normalize("NFKC")
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const words = UNSPACED.test(run)
      ? Array.from(WORDS.segment(run), (part) => part.segment)
      : [run.normalize("NFD").replace(/\p{Mn}/gu, "")];
    for (const word of words) {
      if (STOP.has(word)) continue;
      terms.push(/^[a-z]+$/.test(word) ? stemmer(word) : word);
    }
  }
  return terms;
}

/** Spans of the sentences of a text, until the splitter of ingest lands. */
export function sentences(text: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(
    /[.!?]+["')\]”’]*(?=\s+["'“([]?[\p{Lu}\p{N}\p{Lo}])|[。！？]+[”」』）]*|\n+|$/gu,
  )) {
    const end = match.index + match[0].length;
    const tail = text.slice(Math.max(0, match.index - 6), match.index + 1);
    if (
      match[0] === "." &&
      /(?:^|[\s(])(?:\p{Lu}|Dr|Mr|Mrs|Ms|St|No|vs|c|ca|Jr|Sr|Gen|Prof|Lt)\.$/u.test(tail)
    )
      continue;
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (trimmed) {
      const from = start + raw.indexOf(trimmed);
      spans.push({ start: from, end: from + trimmed.length });
    }
    start = end;
  }
  return spans;
}
