import { beforeAll, describe, it } from "vitest";

import { createProject } from "../project.ts";
import { echo } from "../runs/workflow-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

/** Adds an extension member, which the official client does not have. */
const named = (workflow: string) => ({ workflow });
const GROUNDING: object = { include: ["edgewise.grounding"] };
const QUESTION = "When does the harbour open?";
const STREAMED = {
  find: { use: "answer.retrieve@1" },
  write: { use: "answer.generate@1", needs: ["find"] },
  note: echo("done", { needs: ["write"] }),
};
const DRAFTED = {
  find: {
    use: "retrieve@1",
    with: { query: "${ input.question }", vector_store_ids: "${ input.vector_store_ids }" },
  },
  draft: {
    use: "generate@1",
    needs: ["find"],
    with: { question: "${ input.question }", passages: "${ steps.find.output.passages }" },
  },
};

let library: Awaited<ReturnType<typeof createLibrary>>;

beforeAll(async () => {
  library = await createLibrary();
});

describe("a response that names a workflow", () => {
  it("is answered by its latest version, or by the one that it names", async ({ expect }) => {
    const { client, ask, save } = library;
    const { workflow } = await save({ say: echo("one") }, "${ steps.say.output }");
    await save({ say: echo("two") }, "${ steps.say.output }", workflow);
    const texts = [];
    for (const name of [workflow, `${workflow}@1`, `${workflow}@2`]) {
      const { status, output_text } = await client.responses.create({
        ...ask,
        ...named(name),
        input: QUESTION,
      });
      texts.push([status, output_text]);
    }

    expect(texts).toEqual([
      ["completed", "two"],
      ["completed", "one"],
      ["completed", "two"],
    ]);
  });

  it("is refused when the project has no such workflow, even if another project has one", async ({
    expect,
  }) => {
    const { workflow } = await library.save({ say: echo("mine") }, "${ steps.say.output }");
    const { client } = await createProject();
    const ask = async (name: string) => {
      const asked = client.responses.create({ input: "?", ...named(name) });
      const { status, error } = await asked.catch((refusal) => refusal);
      return { status, error: { ...error, message: error.message.replaceAll(name, "NAME") } };
    };

    const refused = await ask("nobody_has_this");

    expect(refused).toMatchObject({
      status: 404,
      error: { param: "workflow", code: "not_found" },
    });
    expect(await ask(workflow)).toEqual(refused);
    expect(await ask("not a name!")).toEqual(refused);
    await expect(
      library.client.responses.create({ input: "?", ...named(`${workflow}@7`) }),
    ).rejects.toMatchObject({ status: 404, param: "workflow" });
  });

  it("streams like the built-in one when a step of it writes the answer", async ({ expect }) => {
    const { client, ask, save } = library;
    const request = { ...ask, input: QUESTION, stream: true as const };
    const builtIn = await collect(await client.responses.create(request));

    const events = await collect(
      await client.responses.create({ ...request, ...(await save(STREAMED)) }),
    );

    expect(events.map(({ type }) => type)).toEqual(builtIn.map(({ type }) => type));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, n) => n));
    const [last, lastBuiltIn] = [events.at(-1), builtIn.at(-1)];
    if (last?.type !== "response.completed" || lastBuiltIn?.type !== "response.completed") {
      throw new Error(`Ended with ${last?.type}`);
    }
    expect(listParts(last.response.output)).toEqual(listParts(lastBuiltIn.response.output));
    expect(last.response.usage).toEqual(lastBuiltIn.response.usage);
  });

  it("streams the workflow's output when no step writes the answer", async ({ expect }) => {
    const { client, ask, save } = library;
    const events = await collect(
      await client.responses.create({
        ...ask,
        ...(await save({ say: echo("By hand.") }, { text: "${ steps.say.output }" })),
        input: QUESTION,
        stream: true,
      }),
    );

    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
  });

  it("cites the passages that a step found, each citation at its own words", async ({ expect }) => {
    const { client, ask, save, file } = library;
    const request = { ...ask, ...GROUNDING, input: QUESTION };
    const builtIn = await client.responses.create(request);

    const answered = await client.responses.create({
      ...request,
      ...(await save(DRAFTED, "${ steps.draft.output }")),
    });

    expect(answered).toMatchObject({
      status: "completed",
      grounding: { status: "grounded", citations_removed: 0 },
    });
    const text = answered.output_text;
    expect(text).toContain("six in the morning");
    const annotations = readAnnotations(answered.output);
    expect(annotations.length).toBeGreaterThan(0);
    expect(annotations).toEqual(readAnnotations(builtIn.output));
    for (const { file_id, start_index, end_index, quote } of annotations) {
      expect(file_id).toBe(file.id);
      expect(quote).toContain(text.slice(start_index, end_index));
    }
  });

  it("places overlapping citations at their spans", async ({ expect }) => {
    const { client, ask, save, file } = library;
    const citation = { file_id: file.id, filename: "harbour.md", source_start: 0, source_end: 9 };
    const output = {
      text: "It opens at six. It closes at nine.",
      citations: [
        { ...citation, quote: "all" },
        { ...citation, quote: "both", start_index: 3, end_index: 35 },
        { ...citation, quote: "closes", start_index: 20, end_index: 26 },
        { ...citation, quote: "outside", start_index: 30, end_index: 9_000 },
      ],
    };

    const answered = await client.responses.create({
      ...ask,
      ...(await save({ say: echo(1) }, output)),
      ...GROUNDING,
      input: QUESTION,
    });

    const spans = readAnnotations(answered.output).map(({ quote, start_index, end_index }) => [
      quote,
      output.text.slice(start_index, end_index),
      end_index,
    ]);
    expect(spans).toEqual([
      ["all", output.text, 35],
      ["both", "opens at six. It closes at nine.", 35],
      ["closes", "closes", 26],
      ["outside", "nine.", 35],
    ]);
  });

  it("receives the earlier turns, in a conversation and by previous_response_id", async ({
    expect,
  }) => {
    const { client, ask, save } = library;
    const output =
      "${ input.history.map(turn, turn.text) } then ${ input.question } by ${ input.metadata.who }";
    const flow = await save({ say: echo(1) }, output);
    const request = { ...ask, ...flow, metadata: { who: "me" } };
    const { id: conversation } = await client.conversations.create();

    await client.responses.create({ ...request, input: "One", conversation });
    const second = await client.responses.create({ ...request, input: "Two", conversation });
    const third = await client.responses.create({
      ...request,
      input: "Three",
      previous_response_id: second.id,
    });

    expect(second.output_text).toBe('["One","[] then One by me"] then Two by me');
    expect(third.output_text).toBe(
      `${JSON.stringify(["One", "[] then One by me", "Two", second.output_text])} then Three by me`,
    );
    const items = await client.conversations.items.list(conversation, { order: "asc" });
    expect(items.data.map((item) => item.type)).toEqual(Array(4).fill("message"));
  });

  it("fails with a reason when the workflow has no answer", async ({ expect }) => {
    const { client, ask, save } = library;
    const outputs = [
      [undefined, 'it has no "output"'],
      [7, 'expected a text or {"text": …}, but at output: '],
      [{ answer: "x" }, "but at output.text: "],
      [{ text: "" }, "its text is empty"],
      [{ text: "x", citations: [{ file_id: "7" }] }, "but at output.citations.0.file_id: "],
    ] as const;
    for (const [output, why] of outputs) {
      const flow = await save({ say: echo(1) }, output);
      const events = await collect(
        await client.responses.create({ ...ask, ...flow, input: QUESTION, stream: true }),
      );
      const last = events.at(-1);

      expect(last).toMatchObject({ type: "response.failed", response: { status: "failed" } });
      if (last?.type !== "response.failed") return;
      expect(last.response.error?.message).toContain(
        `The workflow ${flow.workflow} completed without an answer: `,
      );
      expect(last.response.error?.message).toContain(why);
    }
  });

  it("fails with the failed step and its message", async ({ expect }) => {
    const { client, ask, save } = library;
    const flow = await save({
      check: {
        use: "rules@1",
        with: {
          text: "We guarantee it.",
          on_violation: "fail",
          rules: [{ id: "promises", kind: "forbidden_phrase", phrases: ["guarantee"] }],
        },
      },
    });

    const answered = await client.responses.create({ ...ask, ...flow, input: QUESTION });

    expect(answered.status).toBe("failed");
    expect(answered.error?.message).toMatch(
      new RegExp(`^The workflow ${flow.workflow} failed at check: .*guarantee`),
    );
  });

  it("refuses an input that no run could keep", async ({ expect }) => {
    const { client, ask, save } = library;
    const flow = await save({ say: echo(1) }, "x");

    await expect(
      client.responses.create({ ...ask, ...flow, input: "x".repeat(1_000_001) }),
    ).rejects.toMatchObject({ status: 413, param: "input" });
  });

  it("is not answered by a workflow that another one starts", async ({ expect }) => {
    const { client, ask, save } = library;
    const { workflow } = await save(STREAMED);
    const flow = await save({ sub: { use: "workflow@1", with: { workflow } } });

    const answered = await client.responses.create({ ...ask, ...flow, input: QUESTION });

    expect(answered.error?.message).toContain("Only the top-level workflow");
  });
});

type Span = { file_id: string; start_index: number; end_index: number; quote: string };

/** Reads annotations with their extension members. */
const readAnnotations = (output: readonly object[]): Span[] =>
  listParts(output).flatMap(({ annotations }) => annotations ?? []);

const listParts = (output: readonly object[]) =>
  output.flatMap((item): { annotations?: Span[] }[] =>
    "content" in item && Array.isArray(item.content) ? item.content : [],
  );
