import { describe, it } from "vitest";

import { createProject } from "../project.ts";
import { createAnsweringProject, useScriptedModel } from "./answering-project.ts";

const MODEL = "unopened";

describe("the text before a closing tag alone", () => {
  it("is reasoning, once its model has sent one", async ({ expect }) => {
    useScriptedModel(MODEL);
    const { client } = await createProject();
    const respond = (input: string) => client.responses.create({ model: MODEL, input });
    await respond("How long? #thinks-unopened");
    const { output, output_text: text } = await respond("And how long? #thinks-unopened");

    expect(output[0]).toMatchObject({ type: "reasoning", content: [{ text: "Hm, three?" }] });
    expect(text).toBe("Two years it is.");
    // A reply without a tag is text, and ends the waiting.
    expect((await respond("How long? #uncited")).output_text).toBe("The answer is two years.");
  });

  it("is reasoning in the first reply, if it begins like reasoning", async ({ expect }) => {
    useScriptedModel("first-unopened");
    const { client } = await createProject();
    const body = { model: "first-unopened", input: "How long? #thinks-unopened-long" };
    const { output, output_text: text } = await client.responses.create(body);

    expect(output[0]).toMatchObject({
      type: "reasoning",
      content: [{ text: "Hmm, is it three? It may be. Or two. [1]" }],
    });
    expect(text).toBe("Two years it is.");
  });

  it("is reasoning in the first reply of a workflow, however it begins", async ({ expect }) => {
    useScriptedModel("first-plainly");
    const { client, save } = await createAnsweringProject();
    const question = "How long? #thinks-unopened-plainly";
    const steps = { draft: { use: "generate@1", with: { question, model: "first-plainly" } } };
    const workflow = await save(steps, "${ steps.draft.output.text }");
    const body = { model: "first-plainly", input: "Go.", ...workflow };

    expect((await client.responses.create(body)).output_text).toBe("Two years it is.");
  });
});

it("takes <reasoning> at the beginning of a reply for reasoning", async ({ expect }) => {
  useScriptedModel(MODEL);
  const { client } = await createProject();
  const body = { model: MODEL, input: "How long? #thinks-in-reasoning" };
  const { output, output_text: text } = await client.responses.create(body);

  expect(output[0]).toMatchObject({ type: "reasoning", content: [{ text: "Three? Or two." }] });
  expect(text).toBe("Two years it is.");
});
