import { z } from "zod";

import type { AnswerFinished, AnswerRequest } from "../answer/answer-request.ts";
import type { Grounding, TextTurn } from "../answer/answer-types.ts";
import { REMOVALS_LISTED_MAX } from "../answer/grounding/grounding-tally.ts";
import type { AllowedLinks } from "../answer/output/allowed-links.ts";
import { type FilteredText, filterWhole } from "../answer/output/outgoing-text.ts";
import type { OutputFormat } from "../answer/output/readable-text.ts";
import { readTurns } from "../answer/question.ts";
import { REMOVAL_REASONS } from "../answer/removal-reasons.ts";
import { findStop } from "../answer/stop-sequences.ts";
import { jsonBytes, WORKFLOW_ANSWER_BYTES_MAX } from "../bounds.ts";
import type { FileId } from "../ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../kernel/rules/run/run-input.ts";
import { err, ok, type Result } from "../result.ts";
import type { AnswerFact, TextCitation } from "./answer-fact.ts";

/** Limit of the turns that a workflow receives, in bytes of JSON; the oldest turns are left out. */
const HISTORY_BYTES_MAX = 500_000;
/** Bytes for the name of the history, its brackets and a comma. */
const FRAME_BYTES = 32;

/**
 * Builds the input of a run of the custom workflow that answers a request in place of the built-in workflow. The oldest
 * messages of a conversation that is too long for the input are left out.
 */
export function buildWorkflowInput(
  request: AnswerRequest,
  metadata: Readonly<Record<string, string>>,
) {
  const { question, history } = readTurns(request);
  const rest = {
    question,
    model: request.model,
    instructions: request.instructions,
    vector_store_ids: request.fileSearch?.storeIds ?? [],
    metadata,
  };
  const room = RUN_INPUT_BYTES_MAX - jsonBytes(rest) - FRAME_BYTES;
  return { ...rest, history: latest(history, Math.min(HISTORY_BYTES_MAX, room)) };
}

function latest(history: readonly TextTurn[], bytesMax: number): readonly TextTurn[] {
  let left = bytesMax;
  const first = history.findLastIndex((turn) => {
    left -= jsonBytes(turn) + 1;
    return left < 0;
  });
  return history.slice(first + 1);
}

const Index = z.number().int().min(0);
const CitationOutput = z.object({
  file_id: z.custom<FileId>((id) => typeof id === "string" && id.startsWith("file-"), {
    error: "expected the id of a file",
  }),
  filename: z.string(),
  chunk_id: z.string().default(""),
  quote: z.string(),
  source_start: Index,
  source_end: Index,
  heading: z.string().default(""),
  page: z.string().nullable().default(null),
  table: z.string().nullable().default(null),
  row: z.number().int().nullable().default(null),
  /** Start of the supported text; without it, the citation supports the whole text. */
  start_index: Index.nullish(),
  end_index: Index.nullish(),
});

const RemovalOutput = z.object({
  reason: z.enum(REMOVAL_REASONS),
  file_id: z.custom<FileId>((id) => typeof id === "string").nullable(),
  chunk_id: z.string().nullable(),
  sentence: z.string().max(1_000).nullable(),
});

const GroundingOutput = z.object({
  status: z.enum(["grounded", "partial", "ungrounded", "abstained"]),
  confidence: z.number(),
  citations_verified: Index.default(0),
  citations_removed: Index.default(0),
  removals: z.array(RemovalOutput).max(REMOVALS_LISTED_MAX).optional(),
  sentences_withheld: Index.optional(),
});

const UsageOutput = z.object({
  input_tokens: Index,
  output_tokens: Index,
  input_tokens_details: z.object({ cached_tokens: Index.default(0) }).nullish(),
  output_tokens_details: z.object({ reasoning_tokens: Index.default(0) }).nullish(),
});

/** The output of `generate@1`. A workflow's own output needs only the text. */
const AnswerOutput = z.object({
  text: z.string(),
  citations: z.array(CitationOutput).nullish(),
  grounding: GroundingOutput.nullish(),
  refusal: z.string().nullish(),
  incomplete_reason: z.enum(["max_output_tokens", "content_filter"]).nullish(),
  usage: UsageOutput.nullish(),
  degraded: z
    .object({ from: z.string(), by: z.string().exactOptional(), reason: z.string() })
    .nullish(),
});
type AnswerOutput = z.output<typeof AnswerOutput>;

/** An answer as facts and outcome, converted from the checked output of a custom workflow. */
export type WorkflowAnswer = {
  readonly facts: readonly AnswerFact[];
  readonly end: AnswerFinished;
};

/** The rules that a request and its project set for the text of an answer. */
export type TextRules = {
  readonly links: AllowedLinks;
  /** The format of the text. In `json`, the client decodes escapes before it shows the text. */
  readonly format: OutputFormat;
  readonly stops: readonly string[];
};

/**
 * Converts the output of a custom workflow to an answer. The output is a text, or an object as `generate@1` returns it:
 * `{text, citations, grounding, …}`. Links and images that `rules` forbid are removed, then the text is cut before the
 * first of the stop sequences in `rules`. The error of the result explains why the output is not an answer.
 */
export function readWorkflowAnswer(
  output: unknown,
  rules: TextRules,
): Result<WorkflowAnswer, string> {
  if (output === null) return err(`it has no "output"`);
  const parsed = AnswerOutput.safeParse(typeof output === "string" ? { text: output } : output);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = ["output", ...(issue?.path ?? [])].join(".");
    return err(`expected a text or {"text": …}, but at ${path}: ${issue?.message}`);
  }
  const answer = parsed.data;
  const { fact, isStopped } = toTextFact(answer, rules);
  const facts: AnswerFact[] = fact.text === "" ? [] : [fact];
  const declined = filterWhole(rules.links, answer.refusal ?? "").text.trimEnd();
  if (declined !== "" && !isStopped) facts.push({ type: "refusal", text: declined });
  if (jsonBytes(facts) > WORKFLOW_ANSWER_BYTES_MAX) {
    return err(`its answer has more than ${WORKFLOW_ANSWER_BYTES_MAX} bytes as JSON`);
  }
  if (facts.length === 0 && !isStopped) return err("its text is empty");
  return ok({
    facts,
    end: toFinished(isStopped ? { ...answer, incomplete_reason: null } : answer, rules),
  });
}

/** Filters a text, ends it before a stop sequence, which completes it, and removes the white space at its end. */
function toTextFact({ text, citations }: AnswerOutput, { links, format, stops }: TextRules) {
  const shown = filterWhole(links, text, format);
  const stop = findStop(shown.text, stops);
  const kept = shown.text.slice(0, stop ?? undefined).trimEnd();
  const cited = (citations ?? [])
    .map((one) => moveSpan(toCitation(one, text), shown))
    .filter(({ span }) => stop === null || (span?.start ?? 0) < stop)
    .map((one) => endSpan(one, kept.length));
  const fact = { type: "text" as const, text: kept, citations: cited };
  return { fact, isStopped: stop !== null };
}

/** Ends the span of a citation at the end of the text. */
function endSpan(citation: TextCitation, end: number): TextCitation {
  const { span } = citation;
  if (!span) return citation;
  return { ...citation, span: { start: Math.min(span.start, end), end: Math.min(span.end, end) } };
}

/** Moves the span of a citation to where its text is after forbidden links and images were removed. */
function moveSpan(citation: TextCitation, { move }: FilteredText): TextCitation {
  const { span } = citation;
  return span ? { ...citation, span: { start: move(span.start), end: move(span.end) } } : citation;
}

function toCitation(citation: z.output<typeof CitationOutput>, text: string): TextCitation {
  const { start_index: start, end_index: end } = citation;
  const from = Math.min(start ?? 0, text.length);
  const isPlaced = typeof start === "number" || typeof end === "number";
  return {
    fileId: citation.file_id,
    filename: citation.filename,
    chunkId: citation.chunk_id,
    quote: citation.quote,
    sourceStart: citation.source_start,
    sourceEnd: citation.source_end,
    heading: citation.heading,
    page: citation.page,
    table: citation.table,
    row: citation.row,
    ...(isPlaced && {
      span: { start: from, end: Math.max(from, Math.min(end ?? Infinity, text.length)) },
    }),
  };
}

function toFinished(
  { grounding, incomplete_reason, usage, degraded }: AnswerOutput,
  { links }: TextRules,
): AnswerFinished {
  return {
    type: "finished",
    outcome: incomplete_reason ? "incomplete" : "completed",
    incompleteReason: incomplete_reason ?? null,
    usage: {
      inputTokens: usage?.input_tokens ?? 0,
      outputTokens: usage?.output_tokens ?? 0,
      cachedTokens: usage?.input_tokens_details?.cached_tokens ?? 0,
      reasoningTokens: usage?.output_tokens_details?.reasoning_tokens ?? 0,
    },
    degraded: degraded ?? null,
    grounding: grounding ? toGrounding(grounding, links) : null,
  };
}

const toGrounding = (
  grounding: z.output<typeof GroundingOutput>,
  links: AllowedLinks,
): Grounding => ({
  status: grounding.status,
  confidence: grounding.confidence,
  citationsVerified: grounding.citations_verified,
  citationsRemoved: grounding.citations_removed,
  ...(grounding.removals && {
    removals: grounding.removals.map(({ reason, file_id, chunk_id, sentence }) => ({
      reason,
      fileId: file_id,
      chunkId: chunk_id,
      sentence: sentence === null ? null : filterWhole(links, sentence).text,
    })),
  }),
  ...(grounding.sentences_withheld !== undefined && {
    sentencesWithheld: grounding.sentences_withheld,
  }),
});
