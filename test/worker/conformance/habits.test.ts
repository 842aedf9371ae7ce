import { describe, it } from "vitest";

import { createLibrary } from "../conversation/library.ts";

const CHAT = "/chat/completions";

/** Creates a library and a function that posts JSON to it. */
async function createPoster() {
  const library = await createLibrary();
  const post = async (path: string, body: object) =>
    await library.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { ...library, post };
}

describe("a parameter that cannot change the result", () => {
  it("is accepted, and named in a header", async ({ expect }) => {
    const { post, store } = await createPoster();
    const chat = await post(CHAT, {
      model: "extractive-1",
      messages: [{ role: "user", content: "When does the harbour open?", name: "ann" }],
      frequency_penalty: 0,
      presence_penalty: 0,
      n: 1,
      seed: 7,
      user: "u",
      safety_identifier: "s",
      reasoning_effort: "low",
      verbosity: "low",
      logit_bias: {},
      service_tier: null,
    });
    expect(chat.status).toBe(200);
    expect(chat.headers.get("x-edgewise-ignored")?.split(", ").toSorted()).toEqual([
      "messages[].name",
      "reasoning_effort",
      "safety_identifier",
      "seed",
      "user",
      "verbosity",
    ]);
    const response = await post("/responses", {
      model: "extractive-1",
      input: "When does the harbour open?",
      reasoning: { effort: "high", summary: "auto" },
      text: { verbosity: "high" },
      frequency_penalty: 0,
      presence_penalty: 0,
      seed: 7,
      user: "u",
      stream: true,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-edgewise-ignored")?.split(", ").toSorted()).toEqual([
      "reasoning",
      "seed",
      "text.verbosity",
    ]);
    await response.body?.cancel();
    const search = await post(`/vector_stores/${store.id}/search`, {
      query: "open",
      rewrite_query: true,
    });
    expect(search.headers.get("x-edgewise-ignored")).toBe("rewrite_query");
  });

  it("needs no header when there is none, and a real penalty is refused", async ({ expect }) => {
    const { post } = await createPoster();
    const body = { model: "extractive-1", messages: [{ role: "user", content: "Hello" }] };
    expect((await post(CHAT, body)).headers.has("x-edgewise-ignored")).toBe(false);
    const refused = await post(CHAT, { ...body, presence_penalty: 1 });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param: "presence_penalty" } });
  });
});

describe("stop sequences of chat completions", () => {
  it("end the text before them, whole and as a stream", async ({ expect }) => {
    const { client, store } = await createLibrary();
    const ask = {
      model: "extractive-1",
      messages: [{ role: "user" as const, content: "When does the harbour open?" }],
      file_search: { vector_store_ids: [store.id] },
    };
    const whole = await client.chat.completions.create(ask);
    expect(whole.choices[0]?.message.content).toContain("opens at six");
    const stopped = await client.chat.completions.create({ ...ask, stop: ["at six", "zzz"] });
    expect(stopped.choices[0]).toMatchObject({
      message: { content: "The harbour opens" },
      finish_reason: "stop",
    });
    let text = "";
    let reason: string | null = null;
    const stream = await client.chat.completions.create({ ...ask, stop: "at six", stream: true });
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? "";
      reason = choices[0]?.finish_reason ?? reason;
    }
    expect({ text, reason }).toEqual({ text: "The harbour opens", reason: "stop" });
  });

  it("are a text or up to four", async ({ expect }) => {
    const { post } = await createPoster();
    const body = { model: "extractive-1", messages: [{ role: "user", content: "Hello" }] };
    for (const stop of ["", [], "x", ["a", "b", "c", "d"], null]) {
      expect({ stop, status: (await post(CHAT, { ...body, stop })).status }).toEqual({
        stop,
        status: 200,
      });
    }
    for (const stop of [1, ["a", "b", "c", "d", "e"], [1], "x".repeat(1_001)]) {
      const refused = await post(CHAT, { ...body, stop });
      expect(await refused.json()).toMatchObject({ error: { code: "invalid_request" } });
    }
  });
});
