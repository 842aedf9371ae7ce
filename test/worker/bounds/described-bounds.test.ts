import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";

import { REQUEST_BYTES_MAX, STORED_JSON_BYTES_MAX } from "../../../src/bounds.ts";
import { readConversationKey, type ResponseId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import {
  createAnsweringProject,
  type AnsweringProject,
} from "../conversation/answering-project.ts";

let project: AnsweringProject;

beforeEach(async () => {
  project = await createAnsweringProject();
});

const message = (text: string) => ({ type: "message", role: "user", content: text });
const look = (index: number) => ({ type: "function", function: { name: `look${index}` } });

describe("a text that the API description allows", () => {
  it("is taken, or refused with its place and the bound in bytes", async ({ expect }) => {
    const wide = "ü".repeat(STORED_JSON_BYTES_MAX / 2);
    const tooLong = "x".repeat(STORED_JSON_BYTES_MAX + 1);
    const half = { type: "text", text: "x".repeat(STORED_JSON_BYTES_MAX / 2) };
    const model = "extractive-1";
    const call = { type: "function", function: { name: "look", arguments: "{}" } };
    const calling = {
      role: "assistant",
      content: "Looking",
      tool_calls: [1, 2].map((id) => ({ ...call, id: `call_${id}` })),
    };
    const hello = { role: "user", content: "Hello" };
    const cases: [path: string, body: object, status: number, param: string][] = [
      ["/responses", { input: wide }, 413, "input"],
      ["/responses", { input: tooLong }, 400, "input"],
      ["/responses", { input: [message("a"), message(wide)] }, 413, "input[1]"],
      ["/responses", { input: [message(tooLong)] }, 400, "input[0].content"],
      ["/responses", { input: "a", instructions: wide }, 413, "instructions"],
      [
        "/chat/completions",
        { messages: [calling, { ...hello, content: wide }] },
        413,
        "messages[1]",
      ],
      [
        "/chat/completions",
        { messages: [{ ...hello, content: [half, half] }] },
        400,
        "messages[0].content",
      ],
      [
        "/chat/completions",
        { messages: Array.from({ length: 1_000 }, () => calling) },
        400,
        "messages",
      ],
      [
        "/chat/completions",
        {
          messages: [hello],
          tools: Array.from({ length: 128 }, (_, index) => look(index)),
          file_search: { vector_store_ids: ["vs_none"] },
        },
        404,
        "file_search.vector_store_ids",
      ],
    ];
    for (const [path, body, status, param] of cases) {
      const refused = await project.post(path, { model, ...body });
      const { error }: { error: { message: string; param: string | null } } = await refused.json();
      expect({ path, status: refused.status, param: error.param }).toEqual({ path, status, param });
      if (status === 413) expect(error.message).toMatch(/more than 1[58]00000 bytes as JSON/);
    }
  });
});

describe("the request of a response", () => {
  it("has at most as many bytes as its row takes, and not one more", async ({ expect }) => {
    const { post, scope } = project;
    const ask = async (length: number) => {
      const instructions = "x".repeat(length);
      const response = await post("/responses", {
        model: "extractive-1",
        input: "Hello",
        instructions,
      });
      const body: { id: ResponseId; error?: unknown } = await response.json();
      return { status: response.status, body };
    };
    const { id } = (await ask(1)).body;
    const name = objectName(scope, readConversationKey(id));
    const stored = await runInDurableObject(
      env.CONVERSATIONS.getByName(name),
      (_object, { storage }) =>
        storage.sql.exec<{ request: string }>("SELECT request FROM response").one().request,
    );
    const room = REQUEST_BYTES_MAX - (stored.length - 1);
    const larger = await ask(room + 1);

    expect((await ask(room)).status).toBe(200);
    expect(larger.status).toBe(413);
    expect(larger.body).toMatchObject({
      error: { code: "payload_too_large", param: "instructions" },
    });
  });
});
