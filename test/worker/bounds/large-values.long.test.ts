import { beforeAll, beforeEach, describe, it } from "vitest";

import { jsonBytes, STORED_JSON_BYTES_MAX } from "../../../src/bounds.ts";
import { RUN_INPUT_BYTES_MAX } from "../../../src/kernel/rules/run/run-input.ts";
import { OUTPUT_BYTES_MAX } from "../../../src/kernel/rules/step/step-outcome.ts";
import { FILE_BYTES_MAX } from "../../../src/knowledge/file.ts";
import {
  createAnsweringProject,
  type AnsweringProject,
} from "../conversation/answering-project.ts";
import { fetchWorker } from "../project.ts";

let project: AnsweringProject;

beforeEach(async () => {
  project = await createAnsweringProject();
});

const message = (text: string) => ({
  type: "message" as const,
  role: "user" as const,
  content: text,
});

describe("an item of a conversation", () => {
  it("has at most as many bytes as a row takes, and not one more", async ({ expect }) => {
    const { client, post } = project;
    const conversation = await client.conversations.create();
    const add = async (text: string) => {
      const response = await post(`/conversations/${conversation.id}/items`, {
        items: [message(text)],
      });
      const body: { data?: { id: string }[]; error?: unknown } = await response.json();
      return { status: response.status, body };
    };
    const empty = await add("");
    const room = STORED_JSON_BYTES_MAX - jsonBytes(empty.body.data?.[0]);
    const largest = await add("x".repeat(room));
    const larger = await add("x".repeat(room + 1));
    const wide = await add("ü".repeat(room / 2 + 1));

    expect([largest.status, larger.status, wide.status]).toEqual([200, 413, 413]);
    expect(larger.body).toMatchObject({ error: { code: "payload_too_large", param: "items[0]" } });
    const answers = await Promise.all(
      [room, room + 1].map((size) =>
        post("/responses", { model: "extractive-1", input: [message("x".repeat(size))] }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 413]);
  });

  it("is listed whole, in pages that a call can carry", { timeout: 60_000 }, async ({ expect }) => {
    const { client, post } = project;
    const conversation = await client.conversations.create();
    const texts = Array.from({ length: 20 }, (_, index) => `${index} ${"x".repeat(1_700_000)}`);
    for (const text of texts) {
      await post(`/conversations/${conversation.id}/items`, { items: [message(text)] });
    }
    const [first] = [await client.conversations.items.list(conversation.id, { limit: 100 })];
    const listed: string[] = [];
    const options = { limit: 100, order: "asc" } as const;
    for await (const item of client.conversations.items.list(conversation.id, options)) {
      listed.push(JSON.stringify(item).slice(0, 200));
    }

    expect(first.data.length).toBeGreaterThan(5);
    expect(first.data.length).toBeLessThan(20);
    expect(first.has_more).toBe(true);
    expect(listed).toHaveLength(20);
    const asked = await client.responses.create({
      model: "extractive-1",
      input: "Why?",
      conversation: conversation.id,
    });
    expect(asked.status).toBe("completed");
  });
});

describe("a request", () => {
  it("that does not fit a row is refused with a reason", async ({ expect }) => {
    const { post } = project;
    const ask = { model: "extractive-1", input: "Why?" };
    const statuses: number[] = [];
    for (const size of [1_400_000, 1_499_999, 1_500_001]) {
      const response = await post("/responses", { ...ask, instructions: "x".repeat(size) });
      statuses.push(response.status);
      await response.body?.cancel();
    }

    // The last one is longer than the API description allows.
    expect(statuses).toEqual([200, 413, 400]);
  });

  it("starts a workflow's answer however long the conversation is", async ({ expect }) => {
    const { client, post, save } = project;
    const conversation = await client.conversations.create();
    for (let turn = 0; turn < 4; turn++) {
      const items = [message("世".repeat(200_000))];
      await post(`/conversations/${conversation.id}/items`, { items });
    }
    const flow = await save({ a: { use: "transform@1", with: { value: 1 } } }, "Done.");
    const response = await post("/responses", {
      model: "extractive-1",
      input: "x".repeat(900_000),
      conversation: conversation.id,
      ...flow,
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "completed" });
  });
});

describe("a run", () => {
  it("keeps the largest input beside the largest output", async ({ expect }) => {
    const { post, save, until } = project;
    const pass = { use: "transform@1", with: { value: "${ input }" } };
    const { workflow } = await save({ pass }, "${ steps.pass.output.a }");
    const run = async (size: number) => {
      const started = await post("/runs", { workflow, input: { a: "x".repeat(size) } });
      if (started.status !== 200) return { status: started.status };
      const { id } = await started.json<{ id: string }>();
      const { status, error } = await until(id, (one) => one.status !== "running");
      return { status, error: error?.message.slice(0, 60) };
    };
    const frame = jsonBytes({ a: "" });

    expect(await run(OUTPUT_BYTES_MAX - frame)).toMatchObject({ status: "completed" });
    expect(await run(OUTPUT_BYTES_MAX - frame + 1)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("bytes"),
    });
    expect(await run(RUN_INPUT_BYTES_MAX - frame)).toMatchObject({ status: "failed" });
    expect(await run(RUN_INPUT_BYTES_MAX - frame + 1)).toEqual({ status: 413 });
  });
});

/** Members that a request has beside the large one, which comes after them and counts. */
const RESPONSE = '"model":"extractive-1","input":"Why?"';
const NAMED = '"name":"a"';

describe("a large value in any property of any route", () => {
  type Schema = { readonly properties?: Readonly<Record<string, unknown>>; readonly $ref?: string };
  type Operation = {
    readonly parameters?: readonly { readonly name: string; readonly example?: string }[];
    readonly requestBody?: {
      readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
    };
  };
  let api: {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };

  beforeAll(async () => {
    api = await (await fetchWorker("https://edgewise.test/openapi.json")).json();
  });

  it("is stored or refused, never a server error", { timeout: 120_000 }, async ({ expect }) => {
    const long = `"${"x".repeat(2_100_000)}"`;
    // Written once: to make each body from its value takes longer than the request.
    const values = [long, `[${long}]`, `{${long}:true}`];
    let sent = 0;
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
        const schema = requestBody?.content["application/json"]?.schema;
        const named = schema?.$ref
          ? api.components.schemas[schema.$ref.split("/").at(-1) ?? ""]
          : schema;
        const url = parameters.reduce(
          (all, { name, example = "x" }) => all.replace(`{${name}}`, example),
          path,
        );
        const key = path.startsWith("/v1/organization") ? "admin-key-of-tests" : project.key;
        const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
        for (const name of Object.keys(named?.properties ?? {})) {
          for (const value of values) {
            const base = path === "/v1/responses" ? RESPONSE : NAMED;
            const body = `{${base},${JSON.stringify(name)}:${value}}`;
            const { status } = await fetchWorker(`https://edgewise.test${url}`, {
              method: method.toUpperCase(),
              headers,
              body,
            });
            expect({ url, name, isOurs: status >= 500 && status !== 501 }).toEqual({
              url,
              name,
              isOurs: false,
            });
            sent += 1;
          }
        }
      }
    }
    expect(sent).toBeGreaterThan(150);
  });
});

const text = (part: string) => new TextEncoder().encode(part);

/** Uploads a file of this size in a stream, as a client does. */
const upload = (size: number) => {
  const piece = new Uint8Array(1_048_576).fill(0x61);
  const head = text(
    '--edge\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\nContent-Type: text/plain\r\n\r\n',
  );
  const tail = text(
    '\r\n--edge\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n--edge--\r\n',
  );
  let left = size;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(head),
    pull: (controller) => {
      controller.enqueue(left > 0 ? piece.subarray(0, left) : tail);
      if (left <= 0) controller.close();
      left -= piece.byteLength;
    },
  });
  const frame = head.byteLength + tail.byteLength;
  const headers = { "content-type": "multipart/form-data; boundary=edge" };
  return { frame, sent: project.fetch("/files", { method: "POST", headers, body }) };
};

describe("a file", () => {
  it(
    "of the largest size is taken, and its upload fits the platform's body; a byte more is refused",
    {
      timeout: 120_000,
    },
    async ({ expect }) => {
      const largest = upload(FILE_BYTES_MAX);
      const taken = await largest.sent;
      const refused = await upload(FILE_BYTES_MAX + 1).sent;

      expect(FILE_BYTES_MAX + largest.frame).toBeLessThan(100_000_000);
      expect(taken.status).toBe(200);
      expect(await taken.json()).toMatchObject({ bytes: FILE_BYTES_MAX });
      expect(refused.status).toBe(413);
      expect(await refused.json()).toMatchObject({
        error: { message: expect.stringContaining("larger than 99 MB"), code: "payload_too_large" },
      });
    },
  );
});
