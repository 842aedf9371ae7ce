import { beforeAll, describe, it } from "vitest";
import { z } from "zod";

import { BRACKETS } from "../../fakes/model-scripts.ts";
import { useScriptedModel } from "../conversation/answering-project.ts";
import { collect } from "../conversation/collect.ts";
import { createLibrary } from "../conversation/library.ts";

const MODEL = "scripted";
const HARBOUR = "The harbour opens at six in the morning. Boats longer than twenty metres wait.";
const Grounded = z.object({ grounding: z.object({ citations_removed: z.number() }) });

let harbour: Awaited<ReturnType<typeof createLibrary>>;
beforeAll(async () => {
  useScriptedModel(MODEL);
  harbour = await createLibrary({ filename: "harbour.txt", text: HARBOUR });
});

const GROUNDING: object = { include: ["edgewise.grounding"] };

/** Streams an answer. Returns its text, the texts of its citations and the whole response. */
async function stream(input: string) {
  const events = await collect(
    await harbour.client.responses.create({
      model: MODEL,
      input,
      tools: harbour.tools,
      stream: true,
      ...GROUNDING,
    }),
  );
  const text = events.flatMap((event) =>
    event.type === "response.output_text.delta" ? [event.delta] : [],
  );
  const cited = events.filter((event) => event.type === "response.output_text.annotation.added");
  const completed = events.find((event) => event.type === "response.completed");
  const { grounding } = Grounded.parse(completed?.response);
  return { text: text.join(""), citations: cited.length, removed: grounding.citations_removed };
}

describe("a marker in the stream of an answer", () => {
  it.for([
    "[1]",
    "【1†source】",
    "【1:0†source】",
    "【1†L3-L5】",
    "[^1]",
    "(1)",
    "[Passage 1]",
    "[passage 1]",
    "[Source 1]",
    "[Doc 1]",
    "(Passage 1)",
    "(see [1])",
    "¹",
    "<sup>1</sup>",
    "（1）",
    "［1］",
    "[1-1]",
    "[[1]]",
  ])("is a citation and no text: %s", async (form, { expect }) => {
    expect(await stream(`When does the harbour open? As ${form} #cites-as`)).toEqual({
      text: "The harbour opens at six in the morning. It is so.",
      citations: 1,
      removed: 0,
    });
  });

  it.for<[string, number]>([
    ["[1-2]", 1],
    ["[1–3]", 2],
    ["[1, 3]", 1],
    ["[1][3]", 1],
    ["[1], [7]", 1],
  ])("names passages that exist and others: %s", async ([form, removed], { expect }) => {
    expect(await stream(`When does the harbour open? As ${form} #cites-as`)).toEqual({
      text: "The harbour opens at six in the morning. It is so.",
      citations: 1,
      removed,
    });
  });

  it.for(["(2)", "(2020)", "²", "[x]", "(no)"])("is none: %s", async (form, { expect }) => {
    expect(await stream(`When does the harbour open? As ${form} #cites-as`)).toEqual({
      text: `The harbour opens at six in the morning. ${form} It is so.`,
      citations: 0,
      removed: 0,
    });
  });

  it("leaves other brackets alone", async ({ expect }) => {
    const { text, citations } = await stream("When does the harbour open? #writes-brackets");

    expect(text).toBe(`${BRACKETS}The harbour opens at six in the morning.`);
    expect(citations).toBe(1);
  });
});
