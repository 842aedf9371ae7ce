import { readEvidence } from "../../../src/answer/extractive/extractive-candidates.ts";

/** Makes the passage that a search finds in a file which is one chunk. */
export const wholePassage = (text: string) => ({
  chunkId: "a",
  fileId: "file-a" as const,
  filename: "a.md",
  heading: "",
  text,
  start: 0,
  end: text.length,
  score: 0.6,
});

/** Reads a question, after questions of `before`, and the unit of a file that has a text, or its first one. */
export function readUnit(
  asked: string,
  file: string,
  { has = "", before = [] }: { readonly has?: string; readonly before?: readonly string[] } = {},
) {
  const history = before.map((text) => ({ role: "user" as const, text }));
  const { question, candidates } = readEvidence({ question: asked, history }, [wholePassage(file)]);
  const unit = candidates.find(({ start, end }) => file.slice(start, end).includes(has));
  if (!unit) throw new Error(`No unit has "${has}"`);
  return { question, unit };
}
