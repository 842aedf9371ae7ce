import { beforeAll, describe, it } from "vitest";
import { z } from "zod";

import { DOCUMENTS, GULLIBLE_CLAIMS } from "../../fakes/gullible-claims.ts";
import { callAsOperator } from "../operator.ts";
import { openSocket, textOf } from "../sockets/socket.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const MODEL = "scripted";
const INCLUDE: object = { include: ["edgewise.grounding"] };
const ABSTENTION = "The sources do not support an answer to this question.";
type Language = keyof typeof DOCUMENTS;
type Library = Awaited<ReturnType<typeof createLibrary>>;

/** Changes the settings of a library's project. */
async function changeSettings({ scope }: Library, settings: object): Promise<void> {
  const changed = await callAsOperator(scope, "POST", "", { settings });
  if (changed.status !== 200) throw new Error(await changed.text());
}

const Grounded = z.object({
  grounding: z.object({
    status: z.string(),
    confidence: z.number(),
    citations_verified: z.number(),
    citations_removed: z.number(),
    removals: z.array(
      z.strictObject({
        reason: z.string(),
        file_id: z.string().nullable(),
        chunk_id: z.string().nullable(),
        sentence: z.string().nullable(),
      }),
    ),
    sentences_withheld: z.number(),
  }),
});

const libraries = new Map<Language, Library>();
let strict: Library;

beforeAll(async () => {
  useScriptedModel(MODEL);
  const languages = new Set(GULLIBLE_CLAIMS.map(({ language }) => language));
  for (const language of languages) libraries.set(language, await createBooklet(language));
  strict = await createBooklet("en");
  await changeSettings(strict, { grounding: "strict" });
});

const createBooklet = (language: Language) =>
  createLibrary({ filename: `rules-${language}.md`, text: DOCUMENTS[language] });

function libraryOf(language: Language): Library {
  const library = libraries.get(language);
  if (!library) throw new Error(`There is no document in ${language}`);
  return library;
}

async function ask({ client, tools }: Library, input: string, more: object = {}) {
  const response = await client.responses.create({
    model: MODEL,
    input,
    tools,
    ...INCLUDE,
    ...more,
  });
  const { grounding } = Grounded.parse(response);
  const annotations = response.output.flatMap((item) =>
    item.type === "message"
      ? item.content.flatMap((part) => (part.type === "output_text" ? part.annotations : []))
      : [],
  );
  return { text: response.output_text, grounding, annotations, id: response.id };
}

const FALSE_CLAIMS = GULLIBLE_CLAIMS.filter(({ kind }) => kind !== "true");
const TRUE_CLAIMS = GULLIBLE_CLAIMS.filter(({ kind }) => kind === "true");

describe("a gullible model", () => {
  it.for(FALSE_CLAIMS)(
    "has no citation for a claim that is wrong: $language, $kind",
    async ({ script, language, claim }, { expect }) => {
      const { text, grounding, annotations } = await ask(
        libraryOf(language),
        `${DOCUMENTS[language].slice(0, 20)} #${script}`,
      );

      expect(annotations).toEqual([]);
      expect(grounding).toMatchObject({ citations_verified: 0, citations_removed: 1 });
      // Withheld, or sent without its citation.
      expect(grounding).toMatchObject(
        text === claim
          ? { status: "ungrounded", sentences_withheld: 0, removals: [{ sentence: claim }] }
          : { status: "abstained", sentences_withheld: 1, removals: [{ sentence: null }] },
      );
      expect(grounding.confidence).toBeLessThan(0.3);
    },
  );

  it.for(TRUE_CLAIMS)(
    "keeps the citation of a claim that is right: $language",
    async ({ script, language, claim }, { expect }) => {
      const { text, grounding, annotations } = await ask(
        libraryOf(language),
        `${DOCUMENTS[language].slice(0, 20)} #${script}`,
      );

      expect(text).toBe(claim);
      expect(annotations).toHaveLength(1);
      expect(grounding).toMatchObject({ status: "grounded", removals: [], sentences_withheld: 0 });
      expect(grounding.confidence).toBeGreaterThan(0.8);
    },
  );

  it("says nothing wrong in any form of a response", async ({ expect }) => {
    const library = libraryOf("en");
    const { client, tools, store } = library;
    const search: object = { file_search: { vector_store_ids: [store.id] } };
    const input = "What are the rules? #says-mixed";
    const said = "The rules are: The notice period is 30 days. Whales sing in the deep ocean.";
    const { text, grounding, annotations, id } = await ask(library, input);
    const events = await collect(
      await client.responses.create({ model: MODEL, input, tools, stream: true, ...INCLUDE }),
    );
    const deltas = events.flatMap((event) =>
      event.type === "response.output_text.delta" ? [event.delta] : [],
    );
    const chat = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content: input }],
      ...search,
      ...INCLUDE,
    });
    const stored = await client.responses.retrieve(id, INCLUDE);
    const socket = await openSocket(library);
    const turn = await socket.turn({ type: "response.create", model: MODEL, input, tools });

    expect(textOf(turn)).toBe(said);
    expect([text, deltas.join(""), chat.choices[0]?.message.content, stored.output_text]).toEqual(
      Array(4).fill(said),
    );
    expect(grounding).toMatchObject({
      status: "partial",
      citations_verified: 1,
      citations_removed: 2,
      sentences_withheld: 1,
      removals: [
        { reason: "number", file_id: expect.stringMatching(/^file-/), sentence: null },
        { reason: expect.any(String), sentence: "Whales sing in the deep ocean." },
      ],
    });
    expect(annotations).toHaveLength(1);
    expect(Grounded.parse(stored).grounding).toEqual(grounding);
    expect(Grounded.parse(chat).grounding).toEqual(grounding);
    expect(chat.choices[0]?.message).toMatchObject({ annotations: [{ type: "file_citation" }] });
  });

  it("says only what is supported where the project demands grounding", async ({ expect }) => {
    const mixed = await ask(strict, "What are the rules? #says-mixed");
    const remembered = await ask(strict, "Which employees wrote Hamlet? #remembers");
    const wrong = await ask(strict, "How long is it? #says-en-subject");

    expect(mixed).toMatchObject({
      text: "The rules are: The notice period is 30 days.",
      grounding: { status: "partial", sentences_withheld: 2 },
    });
    expect(remembered).toMatchObject({ text: ABSTENTION, grounding: { status: "abstained" } });
    expect(wrong).toMatchObject({ text: ABSTENTION, grounding: { status: "abstained" } });
  });

  it("is ungrounded when it answers from memory, and abstains in the words of its prompt", async ({
    expect,
  }) => {
    const remembered = await ask(libraryOf("en"), "Which employees wrote Hamlet? #remembers");
    const obedient = await ask(libraryOf("en"), "Who wrote Hamlet? #none");

    expect(remembered).toMatchObject({
      text: "William Shakespeare wrote Hamlet.",
      grounding: { status: "ungrounded", citations_removed: 0 },
    });
    expect(obedient.grounding.status).toBe("abstained");
  });

  it("is not asked for JSON where the project demands grounding", async ({ expect }) => {
    const { client, tools } = strict;
    const format = { type: "json_object" as const };
    const refused = client.responses.create({
      model: MODEL,
      input: "In JSON",
      tools,
      text: { format },
    });

    await expect(refused).rejects.toMatchObject({ status: 400, param: "text.format" });
  });

  it("searches when it wants to, where the project leaves it to the model", async ({ expect }) => {
    const free = await createBooklet("en");
    const input = "The answer? #uncited";
    const first = await free.client.responses.create({ model: MODEL, input, tools: free.tools });
    await changeSettings(free, { search: "model" });
    const own = await free.client.responses.create({ model: MODEL, input, tools: free.tools });

    expect(first.output.map(({ type }) => type)).toEqual(["file_search_call", "message"]);
    expect(own.output.map(({ type }) => type)).toEqual(["message"]);
  });
});
