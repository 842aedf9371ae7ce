import {
  type AnswerModel,
  type AnswerModels,
  EXTRACTIVE_MODEL,
} from "../../../src/answer/answer-model.ts";
import type { AnswerEvent, AnswerRequest, Evidence } from "../../../src/answer/answer-request.ts";
import { builtInModel } from "../../../src/answer/extractive/built-in-model.ts";
import { answerExtractively } from "../../../src/answer/extractive/extractive.ts";
import { generate } from "../../../src/answer/generate.ts";
import { retrieveEvidence } from "../../../src/answer/retrieve-evidence.ts";
import type { AnswerDeps } from "../../../src/answer/search-into.ts";
import { EVIDENCE_DEFAULT, OUTPUT_DEFAULT } from "../../../src/knowledge/project-settings.ts";
import type { SearchHit } from "../../../src/retrieval/search-types.ts";

/** Makes a search result whose passage begins at character 100 of its file. */
export function hit(chunkId: string, text: string): SearchHit {
  return {
    chunkId,
    places: '[[0,"iv"]]',
    units: null,
    fileId: `file-${chunkId}`,
    version: 1,
    filename: `${chunkId}.md`,
    attributes: {},
    ordinal: 0,
    heading: "",
    text,
    start: 100,
    end: 100 + text.length,
    lexical: 0.6,
    dense: 0.5,
    score: 0.6,
  };
}

/** A search result about the warranty of a kettle. */
export const WARRANTY = hit(
  "warranty",
  "The warranty of the kettle lasts two years. Scratches are not covered by the warranty.",
);
/** A search result about returning a kettle. */
export const RETURNS = hit(
  "returns",
  "A kettle can be returned within thirty days. The shop pays for the parcel.",
);

/** Makes a request for an answer to one question, with the changes in `change`. */
export function asked(question: string, change: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    model: EXTRACTIVE_MODEL,
    instructions: null,
    items: [{ type: "message", role: "user", text: question }],
    fileSearch: {
      storeIds: ["vs_1"],
      filter: null,
      maxResults: 10,
      scoreThreshold: 0,
      weights: null,
    },
    functions: [],
    toolChoice: "auto",
    parallelToolCalls: true,
    textFormat: { type: "text" },
    maxOutputTokens: null,
    temperature: null,
    topP: null,
    release: "sentence",
    outputPolicy: OUTPUT_DEFAULT,
    evidencePolicy: EVIDENCE_DEFAULT,
    ...change,
  };
}

/** The built-in model. */
const extractive: AnswerModel = {
  name: EXTRACTIVE_MODEL,
  builtIn: true,
  stream: async function* (call) {
    yield* (await builtInModel(answerExtractively).doStream(call)).stream;
  },
};

/** Makes dependencies of the answering code whose search returns `hits` for every query and records the queries. */
export function finding(hits: readonly SearchHit[], others: readonly AnswerModel[] = []) {
  const queries: string[] = [];
  const deps: AnswerDeps & Pick<AnswerModels, "modelNames"> = {
    modelNames: { answering: [EXTRACTIVE_MODEL], embedding: ["hash-1"] },
    search: async (_search, asking) => {
      queries.push(...asking);
      return { hits };
    },
    judge: () => null,
    model: (name) => [extractive, ...others].find((model) => model.name === name) ?? null,
  };
  return { deps, queries };
}

/** Runs both steps of an answer, retrieval and generation, and returns the events. */
export async function answer(deps: AnswerDeps, request: AnswerRequest): Promise<AnswerEvent[]> {
  const { signal } = new AbortController();
  const evidence: Evidence = await retrieveEvidence(deps, request, signal);
  const events: AnswerEvent[] = [];
  for await (const event of generate(deps, request, evidence, signal)) events.push(event);
  return events;
}

/** Returns the text of an answer from its events. */
export const joinText = (events: readonly AnswerEvent[]): string =>
  events.map((event) => (event.type === "text" ? event.text : "")).join("");

/** Lists the function calls of an answer, whether they were sent whole or in pieces. */
export function callsIn(events: readonly AnswerEvent[]) {
  const calls: { callId: string; name: string; arguments: string; isEnded: boolean }[] = [];
  for (const event of events) {
    if (event.type === "function_call") calls.push({ ...event, isEnded: true });
    if (event.type === "function_call_started") {
      calls.push({ ...event, arguments: "", isEnded: false });
    }
    const begun = calls.find((call) => "callId" in event && call.callId === event.callId);
    if (begun && event.type === "function_call_delta") begun.arguments += event.delta;
    if (begun && event.type === "function_call_ended") begun.isEnded = true;
  }
  return calls;
}

/** Returns the last event of an answer. */
export function lastEvent(events: readonly AnswerEvent[]) {
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error(`Ended with ${JSON.stringify(last)}`);
  return last;
}

/** A strict function that takes the text `id`. */
export const strictFunction = (name: string) => ({
  name,
  description: null,
  strict: true,
  parameters: {
    type: "object",
    properties: { id: { type: "string" } },
    required: ["id"],
    additionalProperties: false,
  },
});
