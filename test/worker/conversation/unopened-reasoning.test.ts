import { describe, it } from "vitest";

import { createProject } from "../project.ts";
import { useScriptedModel } from "./answering-project.ts";

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
});
