import type { OpenAI } from "openai";
import { z } from "zod";

import { MarkdownStream } from "../terminal/markdown-stream.ts";
import type { Style } from "../terminal/style.ts";
import { eachWord, stripControls, wrap } from "../terminal/wrap.ts";
import { watchAnswer } from "./watch-answer.ts";

const Citation = z.object({ filename: z.string(), quote: z.string() });
type Citation = z.infer<typeof Citation>;

/** The end of an answer, from its last event. */
const End = z.object({
  status: z.string(),
  degraded: z.unknown().optional(),
  error: z.object({ message: z.string() }).nullish(),
  grounding: z.object({ status: z.string() }).nullish(),
});

/** The terminal output to which an answer is written: its style, its width in columns, and a function that writes. */
export type AnswerOutput = {
  readonly style: Style;
  readonly width: number;
  write(this: void, text: string): void;
};

const INDENT = "  ";

/**
 * Asks a question and writes the answer as it arrives. Each sentence is followed by a number for every quote that
 * supports it; the quotes follow the answer. Writes a notice if the documents have no answer.
 */
export async function showAnswer(
  client: OpenAI,
  request: object,
  { style, width, write }: AnswerOutput,
): Promise<void> {
  const citations: Citation[] = [];
  const stream = new MarkdownStream({ width, style, indent: INDENT }, write);
  let end: z.infer<typeof End> | null = null;
  // Citations follow their sentence, and their numbers belong before the space that ends it.
  let space = "";
  for await (const { type, delta = "", annotation, response } of watchAnswer(client, request)) {
    if (type === "response.output_text.delta") {
      const text = space + delta;
      space = /\s*$/.exec(text)?.[0] ?? "";
      stream.push(text.slice(0, text.length - space.length));
    }
    const citation = Citation.safeParse(annotation);
    if (citation.success) stream.push(` [${numberCitation(citations, citation.data)}]`);
    if (response) end = End.safeParse(response).data ?? end;
  }
  stream.end();
  if (end?.grounding?.status === "abstained") {
    const text = "Abstained: no passage of the documents supports an answer.";
    write(`\n${wrap(eachWord(text, style.yellow), { width, first: INDENT })}\n`);
  }
  if (end?.status === "failed") {
    const reason = end.error?.message ?? "no reason was given";
    write(`\n${wrap(style.red(`The answer failed: ${reason}`), { width, first: INDENT })}\n`);
  }
  if (citations.length > 0) write(`\n${showCitations(citations, style, width)}\n`);
}

/** Returns the number of a quote's footnote. Equal quotes share one. */
function numberCitation(citations: Citation[], { filename, quote }: Citation): number {
  const known = citations.findIndex((one) => one.filename === filename && one.quote === quote);
  return known >= 0 ? known + 1 : citations.push({ filename, quote });
}

function showCitations(citations: readonly Citation[], style: Style, width: number): string {
  return citations
    .map(({ filename, quote }, index) => {
      const number = `[${index + 1}] `;
      const rest = INDENT + " ".repeat(number.length);
      const text = eachWord(stripControls(`${filename}: “${quote}”`), style.dim);
      return wrap(text, { width, first: INDENT + number, rest });
    })
    .join("\n");
}
