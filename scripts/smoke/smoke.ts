import OpenAI, { toFile } from "openai";
import { z } from "zod";

/** The outcome of a part of the smoke test. A note says what works otherwise than it should, such as a stand-in. */
export type SmokeResult = {
  readonly part: string;
  readonly fault: string | null;
  readonly found: string;
  readonly note: string | null;
};

/** A fact that is in no other document: its number is made for each run. */
const factOf = (code: number) => `The smoke test of this deployment has the code ${code}.`;
const QUESTION = "Which code has the smoke test of this deployment?";
const INDEXED_MS = 120_000;
const ENDED_MS = 60_000;
const POLL_MS = 500;

const Listed = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.string(),
      used_for: z.string().optional(),
      default: z.boolean().optional(),
    }),
  ),
});
const Citation = z.object({
  file_id: z.string(),
  quote: z.string(),
  source_start: z.number(),
  source_end: z.number(),
});
const Part = z.object({ text: z.string().default(""), annotations: z.array(Citation).default([]) });
const Answer = z.object({
  id: z.string(),
  status: z.string(),
  model: z.string(),
  error: z.object({ message: z.string() }).nullish(),
  degraded: z.object({ from: z.string(), by: z.string(), reason: z.string() }).nullish(),
  output: z.array(z.object({ content: z.array(Part).nullish() })),
});

/**
 * Tries a running service with a key of one of its projects: reads the models, uploads a file, indexes it, asks about
 * it, checks the citation against the file, cancels a response, and deletes all that it has made. Yields the outcome of
 * each part. Parts that need an earlier one which failed are left out; what was made is deleted in any case.
 */
export async function* smoke(url: string, apiKey: string): AsyncGenerator<SmokeResult> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 2 });
  const run = new SmokeRun(client);
  const parts = [
    ["health", () => run.readHealth(url)],
    ["models", () => run.readModels()],
    ["upload", () => run.upload()],
    ["index", () => run.index()],
    ["answer", () => run.answer()],
    ["citation", () => run.checkCitation()],
    ["cancel", () => run.cancel()],
  ] as const;
  try {
    for (const [part, work] of parts) {
      const result = await settle(part, work);
      yield result;
      if (result.fault !== null) break;
    }
  } finally {
    if (run.hasMade) yield await settle("delete", () => run.remove());
  }
}

type Found = { readonly found: string; readonly note?: string | null };

async function settle(part: string, work: () => Promise<Found>): Promise<SmokeResult> {
  try {
    const { found, note = null } = await work();
    return { part, fault: null, found, note };
  } catch (error) {
    const fault =
      error instanceof z.ZodError
        ? `The service answers in another shape: ${z.prettifyError(error)}`
        : error instanceof Error
          ? error.message
          : String(error);
    return { part, fault, found: "", note: null };
  }
}

/** One run of the smoke test, with what it has made so far. */
class SmokeRun {
  readonly #client: OpenAI;
  readonly #code = 100_000 + Math.floor(Math.random() * 900_000);
  readonly #text = `# Smoke test\n\n${factOf(this.#code)}\n`;
  #fileId: string | null = null;
  #storeId: string | null = null;
  #citations: readonly z.infer<typeof Citation>[] = [];
  readonly #responseIds: string[] = [];

  constructor(client: OpenAI) {
    this.#client = client;
  }

  /** Reads the health of the service, which needs no key. */
  async readHealth(url: string): Promise<Found> {
    const response = await fetch(`${url}/health`).catch((error: unknown) => {
      throw new Error(`Nothing answers at ${url}: ${readCause(error)}. Check the URL.`);
    });
    if (!response.ok)
      throw new Error(
        `${url}/health answers with status ${response.status}: ${(await response.text()).slice(0, 300)}`,
      );
    return { found: "the service answers" };
  }

  /** Reads the default models. */
  async readModels(): Promise<Found> {
    const { data } = Listed.parse(await this.#client.get("/models"));
    const named = (use: string) => data.find((model) => model.default && model.used_for === use);
    const [answers, embeddings] = [named("answers"), named("embeddings")];
    if (!answers || !embeddings)
      throw new Error("GET /v1/models names no default. Is this an older version of the service?");
    return {
      found: `${answers.id} (${answers.owned_by}) for answers, ${embeddings.id} (${embeddings.owned_by}) for embeddings`,
    };
  }

  /** Uploads a file. */
  async upload(): Promise<Found> {
    const file = await toFile(Buffer.from(this.#text), "smoke-test.md", { type: "text/markdown" });
    const { id } = await this.#client.files.create({ file, purpose: "assistants" });
    this.#fileId = id;
    return { found: id };
  }

  /** Puts the file into a new vector store and waits until it is indexed. */
  async index(): Promise<Found> {
    const { id } = await this.#client.vectorStores.create({ name: "smoke test" });
    this.#storeId = id;
    const fileId = this.#require(this.#fileId);
    await this.#client.vectorStores.files.create(id, { file_id: fileId });
    const startedAt = Date.now();
    const file = await until(INDEXED_MS, "The file is not indexed", async () => {
      const read = await this.#client.vectorStores.files.retrieve(fileId, { vector_store_id: id });
      return read.status === "in_progress" ? null : read;
    });
    if (file.status !== "completed")
      throw new Error(`The file is ${file.status}: ${file.last_error?.message ?? "no reason"}`);
    return { found: `indexed in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s` };
  }

  /** Asks about the fact in the file. */
  async answer(): Promise<Found> {
    const body = {
      input: QUESTION,
      tools: [this.#search()],
      tool_choice: { type: "file_search" },
      include: ["edgewise.grounding"],
    };
    const answer = Answer.parse(await this.#client.post("/responses", { body }));
    this.#responseIds.push(answer.id);
    if (answer.status !== "completed")
      throw new Error(`The answer is ${answer.status}: ${answer.error?.message ?? "no reason"}`);
    const parts = answer.output.flatMap(({ content }) => content ?? []);
    const text = parts.map((each) => each.text).join("");
    this.#citations = parts.flatMap(({ annotations }) => annotations);
    if (!text.includes(String(this.#code)))
      throw new Error(`The answer does not have the code ${this.#code} of the file: ${text}`);
    const { degraded, model } = answer;
    return {
      found: `${model} answers: ${text.trim()}`,
      note: degraded
        ? `${degraded.from} is away (${degraded.reason}), so ${degraded.by} replaced it`
        : null,
    };
  }

  /** Checks that the answer cites the file, and that the quote is in it where the citation says. */
  async checkCitation(): Promise<Found> {
    const [citation] = this.#citations;
    if (!citation) throw new Error("The answer cites nothing");
    const { quote, source_start: start, source_end: end, file_id: fileId } = citation;
    if (fileId !== this.#fileId) throw new Error(`The answer cites another file: ${fileId}`);
    if (this.#text.slice(start, end) !== quote)
      throw new Error(`The quote is not at ${start} to ${end} of the file: ${quote}`);
    return { found: `the quote is in the file, at ${start} to ${end}` };
  }

  /** Begins a response in the background, cancels it, and waits for its end. */
  async cancel(): Promise<Found> {
    const { id } = await this.#client.responses.create({
      input: `${QUESTION} Explain it at length.`,
      background: true,
      tools: [this.#search()],
    });
    this.#responseIds.push(id);
    await this.#client.responses.cancel(id);
    const ended = await until(ENDED_MS, "The cancelled response has not ended", async () => {
      const { status } = await this.#client.responses.retrieve(id);
      return status === "queued" || status === "in_progress" ? null : status;
    });
    if (ended === "cancelled") return { found: "a response in the background is cancelled" };
    if (ended !== "completed") throw new Error(`The cancelled response is ${ended ?? "nothing"}`);
    return { found: "a response in the background had ended before the cancel, and keeps its end" };
  }

  /** True if there is something to delete. */
  get hasMade(): boolean {
    return this.#fileId !== null || this.#storeId !== null;
  }

  /** Deletes everything that was made, and checks that it is gone. */
  async remove(): Promise<Found> {
    const { responses, vectorStores, files } = this.#client;
    for (const id of this.#responseIds) await responses.delete(id);
    if (this.#storeId !== null) await vectorStores.delete(this.#storeId);
    if (this.#fileId !== null) await files.delete(this.#fileId);
    const gone = [
      ...this.#responseIds.map((id) => async () => await responses.retrieve(id)),
      ...(this.#storeId === null
        ? []
        : [async () => await vectorStores.retrieve(this.#storeId ?? "")]),
      ...(this.#fileId === null ? [] : [async () => await files.retrieve(this.#fileId ?? "")]),
    ];
    for (const read of gone) {
      const found = await read().catch((error: unknown) => error);
      if (!(found instanceof OpenAI.NotFoundError))
        throw new Error("What was deleted can still be read");
    }
    return { found: `${gone.length} objects are deleted and cannot be read any more` };
  }

  #search() {
    return {
      type: "file_search" as const,
      vector_store_ids: [this.#require(this.#storeId)],
    };
  }

  #require<Value>(value: Value | null): Value {
    if (value === null) throw new Error("An earlier part has not made this");
    return value;
  }
}

function readCause(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Repeats a look until it finds something. Throws after a time in milliseconds. */
async function until<Value>(
  ms: number,
  fault: string,
  look: () => Promise<Value | null>,
): Promise<Value> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`${fault} after ${ms / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
