/** A longer line is no question that heads an answer. */
const QUESTION_LENGTH_MAX = 250;
const QUESTION_END = /[?？؟]["'”’»*_)\]]*\s*$/u;
/** The beginning of a question in a list of questions: "Q:", "Q1.", "Frage 2:", "問1". */
const QUESTION_MARK =
  /^(?:\*\*|__)?(?:q(?:uestion)?|f(?:rage)?|p(?:regunta|ergunta)?|d(?:omanda)?|v(?:raag)?|в(?:опрос)?|问|問|سؤال)\s*\d*\s*[.:：)]/iu;
const ITEM_MARK = /^(?:(?:[-*+•–>]|\d{1,4}[.)]|\(?[a-z0-9]{1,3}\))[ \t]+)+/;
/** A number of a clause: "4.2.2", "§ 6", "7.1". A number alone, as of a list, is none. */
const CLAUSE = /^(?:§\s*)?((?:\d{1,3}\.)+\d{1,3}|(?<=§\s*)\d{1,3}|[A-Z](?:\.\d{1,3})+)\.?[ \t]/u;

/** Tests whether a block is a question that heads the answer after it: one line that ends with a question mark. */
export function isQuestionLine(line: string, length: number): boolean {
  const said = line.trimEnd();
  if (length > QUESTION_LENGTH_MAX || said.includes("\n") || !QUESTION_END.test(said)) return false;
  return QUESTION_MARK.test(said) || !/[.!。！][\s)]/u.test(said.replace(ITEM_MARK, ""));
}

/** Removes the marks of lists, questions and emphasis around a line, and joins its lines. */
export function stripMarks(line: string): string {
  return line
    .trim()
    .replace(ITEM_MARK, "")
    .replace(/^(?:\*\*|__)/, "")
    .replace(/(?:\*\*|__)$/, "")
    .replaceAll(/\s+/g, " ");
}

/** Reads the number of a clause at the beginning of a paragraph; null if it has none. */
export const readClauseNumber = (line: string): string | null => CLAUSE.exec(line)?.[1] ?? null;

/** Returns the last sentence of a paragraph if it ends with a colon, and so introduces what follows; "" otherwise. */
export function readLeadIn(end: string): string {
  const said = end.trimEnd();
  if (!/[:：][*_]*$/u.test(said)) return "";
  const line = said.slice(said.lastIndexOf("\n") + 1);
  return (
    line
      .split(/(?<=[.!?])\s+(?=\p{Lu})|(?<=[。！？])/u)
      .at(-1)
      ?.trim() ?? ""
  );
}
