import { beforeAll, describe, it } from "vitest";

import { newId } from "../../../src/ids.ts";
import { createLibrary } from "../conversation/library.ts";
import { fetchWorker } from "../project.ts";
import { DECISION } from "../runs/workflow-project.ts";

const LEVELS = [101, 1_000, 10_000, 100_000];
/** The nested values: an object in an object, an array in an array. */
const WAYS = [
  ["objects", (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
  ["arrays", (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`],
] as const;

type Library = Awaited<ReturnType<typeof createLibrary>>;
let library: Library;
let run: string;

beforeAll(async () => {
  library = await createLibrary();
  const { workflow } = await library.save({ approval: DECISION });
  const started = await library.post("/runs", { workflow, input: {} });
  run = (await started.json<{ id: string }>()).id;
  await library.until(run, ({ waiting_for }) => waiting_for.length > 0);
});

/** Every place of the API that takes a value that can contain itself, with `deep` there. */
function places(deep: string): readonly (readonly [string, string])[] {
  const { store } = library;
  const ask = `"model":"extractive-1","input":"Why?"`;
  const search = `"type":"file_search","vector_store_ids":["${store.id}"]`;
  const schema = `"type":"json_schema","name":"a","schema":{"a":${deep}}`;
  const step = `"use":"transform@1","with":{"value":${deep}}`;
  const flow = newId("flow_");
  const time = `"cron":"0 0 1 1 *","workflow":"a"`;
  return [
    [`/vector_stores/${store.id}/search`, `{"query":"a","filters":${deep}}`],
    [
      `/vector_stores/${store.id}/search`,
      `{"query":"a","filters":{"type":"and","filters":${deep}}}`,
    ],
    ["/responses", `{${ask},"tools":[{${search},"filters":${deep}}]}`],
    ["/responses", `{${ask},"tools":[{"type":"function","name":"f","parameters":{"a":${deep}}}]}`],
    ["/responses", `{${ask},"text":{"format":{${schema}}}}`],
    ["/responses", `{${ask},"metadata":{"a":${deep}}}`],
    ["/responses", `{${ask},"nonsense":${deep}}`],
    ["/responses", `{"model":"extractive-1","input":[{"role":"user","content":${deep}}]}`],
    [
      "/chat/completions",
      `{"model":"extractive-1","messages":[{"role":"user","content":${deep}}]}`,
    ],
    [
      "/chat/completions",
      `{"model":"extractive-1","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"a":${deep}}}}}`,
    ],
    ["/conversations", `{"metadata":{"a":${deep}}}`],
    ["/conversations", `{"items":[{"type":"file_search_call","queries":[],"results":[${deep}]}]}`],
    ["/vector_stores", `{"name":"a","metadata":${deep}}`],
    [`/vector_stores/${store.id}/files`, `{"file_id":"file-1","attributes":{"a":${deep}}}`],
    [`/vector_stores/${store.id}/file_batches`, `{"file_ids":["file-1"],"attributes":${deep}}`],
    ["/embeddings", `{"model":"hash-1","input":${deep}}`],
    ["/workflows", `{"name":"${flow}","steps":{"a":{${step}}}}`],
    [
      "/workflows",
      `{"name":"${flow}","steps":{"a":{"use":"transform@1","with":{"value":1}}},"output":${deep}}`,
    ],
    ["/runs", `{"workflow":"a","input":${deep}}`],
    ["/runs", `{"workflow":"a","input":{},"metadata":${deep}}`],
    ["/schedules", `{${time},"input":${deep}}`],
    [`/runs/${run}/signals/approval`, `{"payload":${deep},"actor":"a","reason":"a"}`],
    [`/runs/${run}/signals/approval`, deep],
  ];
}

describe("a value of a request that is nested without a bound", () => {
  it.for(WAYS)("gets a clear 400 wherever it stands: %s", async ([, nest], { expect }) => {
    for (const depth of LEVELS) {
      for (const [index, [path, body]] of places(nest(depth)).entries()) {
        const response = await library.fetch(path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        const text = await response.text();
        const sent = { depth, index, path };
        expect({ ...sent, status: response.status }).toEqual({ ...sent, status: 400 });
        expect(text.length).toBeLessThan(1_000);
        expect(JSON.parse(text)).toMatchObject({
          error: { code: "invalid_request", message: expect.stringContaining("100 levels deep") },
        });
      }
    }
  });

  it("gets an answer below the bound, never a server error", async ({ expect }) => {
    for (const [, nest] of WAYS) {
      for (const depth of [9, 33, 65, 90]) {
        for (const [index, [path, body]] of places(nest(depth)).entries()) {
          const headers = { "content-type": "application/json" };
          const response = await library.fetch(path, { method: "POST", headers, body });
          const sent = { depth, index, path };
          await response.body?.cancel();
          expect({ ...sent, isOurs: response.status >= 500 }).toEqual({ ...sent, isOurs: false });
        }
      }
    }
  });

  it("is refused with the operator's key too", async ({ expect }) => {
    const path = `/organization/projects/${library.scope.projectId}`;
    for (const [method, end] of [
      ["POST", ""],
      ["PUT", "/grants"],
      ["PUT", "/secrets/A"],
      ["POST", "/api_keys"],
    ] as const) {
      const response = await fetchWorker(`https://edgewise.test/v1${path}${end}`, {
        method,
        headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
        body: `{"name":${WAYS[1][1](1_000)}}`,
      });
      expect({ end, status: response.status }).toEqual({ end, status: 400 });
    }
  });
});

const nested = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

describe("an expression that is nested without a bound", () => {
  it.for([
    ["parentheses", nested("(", ")", 2_000)],
    ["lists", nested("[", "]", 2_000)],
    ["maps", nested("{'a':", "}", 600)],
    ["minus", `${"-".repeat(4_000)}1`],
    ["not", `${"!".repeat(4_000)}true`],
    ["conditions", `${"true?".repeat(600)}1${":1".repeat(600)}`],
    ["members", `input${".a".repeat(2_000)}`],
    ["indexes", `input${"[0]".repeat(1_300)}`],
    ["calls", `${"size(".repeat(600)}[1]${")".repeat(600)}`],
    ["sums", `1${"+1".repeat(2_000)}`],
    ["ors", `true${"||true".repeat(600)}`],
    ["macros", `${"[1].all(x,".repeat(300)}true${")".repeat(300)}`],
  ])("is refused or computed, never a server error: %s", async ([, source], { expect }) => {
    const { fetch: send } = library;
    const name = newId("flow_");
    const body = JSON.stringify({
      name,
      steps: { a: { use: "transform@1", with: { value: "${ " + source + " }" } } },
    });
    const headers = { "content-type": "application/json" };
    const saved = await send("/workflows", { method: "POST", headers, body });
    const text = await saved.text();
    expect([200, 400]).toContain(saved.status);
    expect(text.length).toBeLessThan(saved.status === 400 ? 2_500 : 20_000);
    if (saved.status !== 200) return;
    const started = await library.post("/runs", { workflow: name, input: {} });
    const { id } = await started.json<{ id: string }>();
    const ended = await library.until(id, ({ status }) => status !== "running");
    expect(["completed", "failed"]).toContain(ended.status);
  });
});
