import { beforeAll, describe, it } from "vitest";

import { newId } from "../../../src/ids.ts";
import { createLibrary } from "../conversation/library.ts";
import { fetchWorker } from "../project.ts";
import { countEchoed, countRun, MARK } from "./count-echoed.ts";

/** Long texts of every kind that a client may send for a short one; the quotes could end the quoting of a message. */
const TEXTS = [
  MARK.repeat(5_000),
  `${MARK}' ${MARK}" `.repeat(2_000),
  `sk-ew-${MARK.repeat(3_000)}`,
  `${MARK.repeat(400)}.`.repeat(10),
];
const JSON_TYPE = { "content-type": "application/json" };

type Property = Readonly<Record<string, unknown>>;
type Operation = {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly example?: string;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly schema: { readonly properties?: Property; readonly $ref?: string } }
      >
    >;
  };
};
type Api = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { properties?: Property }>> };
};

let library: Awaited<ReturnType<typeof createLibrary>>;
let api: Api;

beforeAll(async () => {
  library = await createLibrary();
  api = await (await fetchWorker("https://edgewise.test/openapi.json")).json();
});

const send = (path: string, init: RequestInit) => {
  const isOperators = path.startsWith("/v1/organization");
  const authorization = `Bearer ${isOperators ? "admin-key-of-tests" : library.key}`;
  const headers = new Headers(init.headers);
  headers.set("authorization", authorization);
  return fetchWorker(`https://edgewise.test${path}`, { ...init, headers });
};

async function readEcho(response: Response) {
  const text = await response.text();
  if (response.status < 400) return { status: response.status, echoed: 0 };
  const decoded = decodeURIComponent(text.replaceAll(/%(?![0-9a-f]{2})/gi, "%25"));
  return { status: response.status, echoed: countEchoed(JSON.parse(decoded)) };
}

const fillPath = (path: string, text: string) =>
  path.replaceAll(/\{\w+\}/g, encodeURIComponent(text.slice(0, 1_500)));

/** Fills in ids that have the form of their kind, so that the query and the body are read. */
const fillExamples = (path: string, { parameters = [] }: Operation) =>
  parameters.reduce(
    (filled, { name, example = "x" }) => filled.replace(`{${name}}`, example),
    path,
  );

function bodyNames({ requestBody }: Operation): string[] {
  const schema = requestBody?.content["application/json"]?.schema;
  const named = schema?.$ref ? api.components.schemas[schema.$ref.split("/").at(-1) ?? ""] : schema;
  return Object.keys(named?.properties ?? {});
}

/** Yields requests to one operation that have the text in every place which it declares, one place at a time. */
function* hostileRequests(path: string, method: string, operation: Operation, text: string) {
  const id = fillExamples(path, operation);
  const short = text.slice(0, 1_500);
  const hasBody = operation.requestBody !== undefined;
  const json = (body: object) => ({ method, headers: JSON_TYPE, body: JSON.stringify(body) });
  const plain = hasBody ? json({}) : { method };
  yield [fillPath(path, text), plain] as const;
  for (const { name, in: place } of operation.parameters ?? []) {
    if (place !== "query") continue;
    yield [`${id}?${name}=${encodeURIComponent(short)}`, plain] as const;
  }
  yield [`${id}?${encodeURIComponent(short)}=1`, plain] as const;
  yield [
    id,
    { ...plain, headers: { ...JSON_TYPE, "idempotency-key": "k".repeat(5_000) } },
  ] as const;
  if (!hasBody) return;
  yield [
    id,
    { method, headers: { "content-type": `text/${text.replaceAll(/[^\w]/g, "x")}` }, body: "a" },
  ] as const;
  yield [id, { method, headers: JSON_TYPE, body: text }] as const;
  yield [id, { method, headers: JSON_TYPE, body: `{"a":${text}}` }] as const;
  yield [id, json({ [text]: 1 })] as const;
  const names = Array.from({ length: 12 }, (_, at) => [`${text.slice(0, 90)}${at}`, 1]);
  yield [id, json(Object.fromEntries(names))] as const;
  for (const name of bodyNames(operation)) {
    for (const value of [
      text,
      [text],
      { [text]: text },
      { type: text },
      [{ type: text }],
      [{ [text]: 1 }],
    ]) {
      yield [id, json({ [name]: value })] as const;
    }
  }
}

const flow = (step: object, more: object = {}) => ({
  name: newId("flow_"),
  steps: { a: step },
  ...more,
});

describe("an error of any route", () => {
  it.for(TEXTS.map((text, index) => [index, text] as const))(
    "repeats at most 200 characters of the request: text %i",
    { timeout: 120_000 },
    async ([, text], { expect }) => {
      let refused = 0;
      for (const [path, operations] of Object.entries(api.paths)) {
        for (const [method, operation] of Object.entries(operations)) {
          for (const [url, init] of hostileRequests(path, method.toUpperCase(), operation, text)) {
            const { status, echoed } = await readEcho(await send(url, init));
            const sent = {
              method,
              url: url.slice(0, 60),
              body: "body" in init ? init.body.slice(0, 60) : "",
              status,
            };
            expect({
              ...sent,
              isLong: echoed > 200,
              isOurs: status >= 500 && status !== 501,
            }).toEqual({
              ...sent,
              isLong: false,
              isOurs: false,
            });
            if (status >= 400) refused += 1;
          }
        }
      }
      expect(refused).toBeGreaterThan(300);
    },
  );

  it.for(TEXTS.map((text, index) => [index, text] as const))(
    "repeats at most 200 characters of what is nested in the body: text %i",
    async ([, text], { expect }) => {
      const { store } = library;
      const ask = { model: "extractive-1", input: "Why?" };
      const tool = { type: "file_search", vector_store_ids: [store.id] };
      const transform = { use: "transform@1", with: { value: 1 } };
      const cases: readonly (readonly [string, object])[] = [
        ["/responses", { ...ask, model: text.slice(0, 256) }],
        ["/responses", { ...ask, previous_response_id: text }],
        ["/responses", { ...ask, conversation: text }],
        ["/responses", { ...ask, input: [{ type: "item_reference", id: text }] }],
        ["/responses", { ...ask, include: [text] }],
        ["/responses", { ...ask, metadata: { [text]: "a" } }],
        ["/responses", { ...ask, tools: [{ ...tool, vector_store_ids: [text] }] }],
        ["/responses", { ...ask, tools: [{ ...tool, [text]: 1 }] }],
        ["/responses", { ...ask, tools: [{ type: "function", name: text }] }],
        [
          "/responses",
          { ...ask, tools: [{ ...tool, filters: { type: text, key: "a", value: 1 } }] },
        ],
        ["/responses", { ...ask, tool_choice: { type: "function", name: text } }],
        ["/responses", { ...ask, workflow: text.slice(0, 80) }],
        [
          "/chat/completions",
          { model: text.slice(0, 256), messages: [{ role: "user", content: "a" }] },
        ],
        ["/chat/completions", { ...ask, messages: [{ role: text, content: "a" }] }],
        ["/conversations", { items: [{ type: "item_reference", id: text }] }],
        [
          `/vector_stores/${store.id}/search`,
          { query: "a", filters: { type: "eq", key: text, value: [{}] } },
        ],
        [`/vector_stores/${store.id}/files`, { file_id: text }],
        [`/vector_stores/${store.id}/files`, { file_id: `file-${text}` }],
        [`/vector_stores/${store.id}/file_batches`, { file_ids: [`file-${text}`] }],
        ["/responses", { ...ask, model: `store:${text}`.slice(0, 256) }],
        ["/responses/compact", { ...ask, model: text.slice(0, 256) }],
        ["/embeddings", { model: text, input: "a" }],
        ["/workflows", flow({ use: text })],
        ["/workflows", { name: text, steps: { a: transform } }],
        ["/workflows", { name: newId("flow_"), steps: { [text]: transform } }],
        ["/workflows", flow({ ...transform, needs: [text] })],
        ["/workflows", flow({ ...transform, timeout: text })],
        ["/workflows", flow({ ...transform, timeout: `${"9".repeat(5_000)}s` })],
        ["/workflows", flow({ ...transform, [text]: 1 })],
        ["/workflows", flow({ use: "http@1", with: { [text]: 1 } })],
        ["/workflows", flow({ use: "http@1", with: { url: "https://a.example", method: text } })],
        ["/workflows", flow({ use: "workflow@1", with: { workflow: text } })],
        ["/workflows", flow(transform, { output: "${ steps." + "x".repeat(3_000) + " }" })],
        [
          "/workflows",
          flow(transform, { output: "${ '" + text.replaceAll(/['"]/g, "").slice(0, 4_000) + " }" }),
        ],
        ["/workflows", flow(transform, { output: "${ " + text.slice(0, 4_000) + " }" })],
        ["/workflows", flow({ ...transform, when: `input.${"y".repeat(3_000)} ==` })],
        ["/runs", { workflow: text, input: {} }],
        ["/schedules", { workflow: text, cron: "0 0 1 1 *" }],
        ["/schedules", { workflow: "a", cron: text }],
        ["/schedules", { workflow: "a", cron: "0 0 1 1 *", time_zone: text }],
      ];
      for (const [path, body] of cases) {
        const init = { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) };
        const response = await send(`/v1${path}`, init);
        const copy = await response.clone().text();
        const { status, echoed } = await readEcho(response);
        const sent = { path, body: init.body.slice(0, 80), status };
        const longest = Math.max(
          echoed,
          ...["x", "y", "9"].map((letter) => countRun(copy, letter)),
        );
        expect({ ...sent, isLong: longest > 200 }).toEqual({ ...sent, isLong: false });
        expect([400, 404]).toContain(status);
      }
    },
  );

  it("keeps a multipart body's names short", async ({ expect }) => {
    const form = new FormData();
    form.set("file", new File(["a"], "a.txt"));
    form.set("purpose", MARK.repeat(5_000));
    const named = new FormData();
    named.set("file", new File(["a"], "a.txt"));
    named.set("purpose", "assistants");
    named.set(MARK.repeat(5_000), "1");
    for (const body of [form, named]) {
      const response = await send("/v1/files", { method: "POST", body });
      expect(response.status).toBe(400);
      expect((await readEcho(response)).echoed).toBeLessThan(201);
    }
    const boundary = "b".repeat(5_000);
    const headers = { "content-type": `multipart/form-data; ${boundary}` };
    const broken = await send("/v1/files", { method: "POST", headers, body: "a" });
    expect(broken.status).toBe(400);
    expect(countRun(await broken.text(), "b")).toBeLessThan(201);
  });
});
