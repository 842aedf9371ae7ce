import type { ExtractiveAnswer } from "../../../src/answer/answer-types.ts";
import { answerExtractively } from "../../../src/answer/extractive/extractive.ts";
import { cutChunks } from "../../../src/ingest/chunks/cut-chunks.ts";
import type { ExtractedFormat } from "../../../src/ingest/ingest-types.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";

/** The time of the questions. */
const NOW = Date.UTC(2026, 5, 1);

/** Cuts files into the passages that a search would find, all with the same score. */
function passagesOf(files: Readonly<Record<string, string>>, format: ExtractedFormat = "markdown") {
  return Object.entries(files).flatMap(([filename, text]) =>
    cutChunks({ text, format }, CHUNKING_AUTO).map((chunk) => ({
      ...chunk,
      chunkId: `${filename}-${chunk.ordinal}`,
      fileId: `file-${filename}` as const,
      filename,
      score: 0.6,
    })),
  );
}

/** Asks `extractive-1` a question about files. */
export function ask(
  question: string,
  files: Readonly<Record<string, string>>,
  format?: ExtractedFormat,
) {
  const passages = passagesOf(files, format);
  const answer = answerExtractively({ question, history: [], passages, now: NOW });
  return { ...answer, said: say(answer), files };
}

/** Joins the sentences of an answer. */
const say = ({ sentences }: ExtractiveAnswer) => sentences.map(({ text }) => text).join("\n");
