import { env } from "cloudflare:workers";
import { beforeAll, describe, inject, it, vi } from "vitest";
import { z } from "zod";

import { DOCUMENTS } from "../../fakes/gullible-claims.ts";
import { FakeAi } from "../../fakes/workers-ai.ts";
import { callAsOperator } from "../operator.ts";
import { useScriptedModel } from "./answering-project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const MODEL = "scripted";
const INCLUDE: object = { include: ["edgewise.grounding"] };
type Library = Awaited<ReturnType<typeof createLibrary>>;

const createRules = () => createLibrary({ filename: "rules.md", text: DOCUMENTS.en });

/** Changes the settings of a library's project. */
async function changeSettings({ scope }: Library, settings: object): Promise<void> {
  const changed = await callAsOperator(scope, "POST", "", { settings });
  if (changed.status !== 200) throw new Error(await changed.text());
}

const ai = new FakeAi();
let plain: Library;
let judged: Library;
let decided: Library;

beforeAll(async () => {
  useScriptedModel(MODEL);
  Object.assign(env, { AI: ai, EMBEDDING_MODEL: "hash-1" });
  plain = await createRules();
  judged = await createRules();
  decided = await createRules();
  await changeSettings(judged, { verify: { model: MODEL } });
  await changeSettings(decided, { verify: { model: "clef-flash" } });
});

const Answer = z.object({
  output_text: z.string(),
  usage: z.object({ input_tokens: z.number() }),
  grounding: z.object({
    status: z.string(),
    citations_verified: z.number(),
    removals: z.array(z.object({ reason: z.string() })),
  }),
});

async function ask({ client, tools }: Library, script: string) {
  const input = `How long is the notice? #${script}`;
  return Answer.parse(await client.responses.create({ model: MODEL, input, tools, ...INCLUDE }));
}

/** Lists the requests that a judge at the scripted server got about a claim. */
async function judgeRequests(claim: string): Promise<unknown[]> {
  const url = `${inject("openAiServer").replace("/v1", "")}/requests`;
  const asked = await fetch(`${url}?question=${encodeURIComponent(claim)}`);
  const Requests = z.array(z.object({ messages: z.array(z.object({ content: z.string() })) }));
  return Requests.parse(await asked.json()).filter(({ messages }) =>
    messages[0]?.content.startsWith("You check whether passages"),
  );
}

describe("a citation that the rules cannot decide", () => {
  it("is partial without a judge", async ({ expect }) => {
    const { grounding, output_text: text } = await ask(plain, "says-german-refused");

    expect(text).toContain("30 Tage");
    expect(grounding).toMatchObject({ status: "partial", citations_verified: 1 });
  });

  it.for<[string, () => Library]>([
    ["a language model", () => judged],
    ["a decision model of Workers AI", () => decided],
  ])("is decided by %s", async ([_name, libraryOf], { expect }) => {
    const library = libraryOf();
    const confirmed = await ask(library, "says-german");
    const refused = await ask(library, "says-german-refused");

    expect(confirmed).toMatchObject({
      output_text:
        "So ist es:\nDie Frist für eine Kündigung ist 30 Tage. So ist das mit dem Urlaub: 28 Tage.",
      grounding: { status: "grounded", citations_verified: 2, removals: [] },
    });
    expect(refused).toMatchObject({
      grounding: { status: "ungrounded", citations_verified: 0, removals: [{ reason: "judge" }] },
    });
  });

  it("is asked about in one call, whose tokens are counted", async ({ expect }) => {
    const calls = ai.calls.length;
    const { usage } = await ask(decided, "says-german");

    expect(ai.calls.slice(calls).map(({ model }) => model)).toEqual(["@cf/cloudflare/clef-flash"]);
    expect(ai.calls.at(-1)?.inputs).toMatchObject({
      model: "clef-flash",
      state: { pair_1: { claim: "Die Frist für eine Kündigung ist 30 Tage." } },
      questions: { pair_1: { type: "noul" }, pair_2: { type: "noul" } },
    });
    expect(usage.input_tokens).toBe(311);
  });

  it("is sent at the end, after what the rules have decided", async ({ expect }) => {
    const { client, tools } = judged;
    const input = "How long is it now? #says-german";
    const stream = await client.responses.create({ model: MODEL, input, tools, stream: true });
    const deltas = (await collect(stream)).flatMap((event) =>
      event.type === "response.output_text.delta" ? [event.delta] : [],
    );

    expect(deltas).toEqual([
      "So ist es:",
      expect.stringContaining("30 Tage."),
      expect.stringContaining("28 Tage."),
    ]);
  });

  it("keeps the rules' verdict when the judge is in doubt, fails or does not answer", async ({
    expect,
  }) => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const doubted = await ask(decided, "says-german-unclear");
    const failed = await ask(judged, "says-german-broken");
    ai.faults.set("@cf/cloudflare/clef-flash", { code: 5007 });
    const missing = await ask(decided, "says-german");
    ai.faults.clear();
    const late = await ask(judged, "says-german-late");

    for (const { grounding } of [doubted, failed, missing, late]) {
      expect(grounding).toMatchObject({ status: "partial", removals: [] });
    }
    expect(warned).toHaveBeenCalledWith(expect.stringContaining("model.judge.failed"));
    expect(await judgeRequests("kaputt")).toHaveLength(1);
  }, 20_000);

  it("is no question where the rules are sure", async ({ expect }) => {
    const calls = ai.calls.length;
    const { grounding } = await ask(decided, "says-en-true");

    expect(grounding.status).toBe("grounded");
    expect(ai.calls).toHaveLength(calls);
  });
});

/** Sets the judge of the first library. */
const setJudge = async (model: string | null) => {
  const response = await callAsOperator(plain.scope, "POST", "", {
    settings: { verify: { model } },
  });
  return { status: response.status, body: await response.text() };
};

describe("the setting verify.model", () => {
  it("names a model that can judge, and no other", async ({ expect }) => {
    expect((await setJudge("clef")).status).toBe(200);
    expect((await setJudge(null)).status).toBe(200);
    for (const model of ["extractive-1", "store:vs_1", "gpt"]) {
      const refused = await setJudge(model);
      expect(refused.status).toBe(400);
      expect(refused.body).toContain("settings.verify.model");
      expect(refused.body).toContain("Name one of 'clef-flash', 'clef', 'scripted', or null");
    }
  });
});
