import { describe, it } from "vitest";

import { celExpressions } from "../../../../../src/workflow/language/expressions.ts";
import { HttpCall } from "../../../../../src/workflow/steps/http-call/http-with.ts";
import { putSecrets } from "../../../../../src/workflow/steps/http-call/secrets/header-secrets.ts";
import { fillWithSecrets } from "../../../../../src/workflow/steps/http-call/secrets/secret-text.ts";

const SECRETS = new Map([
  ["KEY", "s3cret-value"],
  ["ODD", 'quote"and$&'],
]);
const KEY = "{{secrets.KEY}}";

/** Fills in a `with` as a run with this input does. */
function fill(
  template: unknown,
  input: unknown = {},
  secrets: ReadonlyMap<string, string> = SECRETS,
) {
  const scope = { input, run: { id: "run_1", createdAt: 0 }, steps: {} };
  const filled = fillWithSecrets(template, (each) => celExpressions.fill(each, scope));
  const call = HttpCall.parse({ url: "https://a.example", ...Object(filled) });
  return { call, put: putSecrets(call.headers, secrets) };
}

/** Returns the header `a` of a step as it is sent. */
function headerOf(a: string, input: unknown = {}) {
  const { put } = fill({ headers: { a } }, input);
  return put.ok ? put.value.headers["a"] : `no secret '${put.error}'`;
}

describe("a reference to a secret that the definition wrote", () => {
  it("is replaced in headers", ({ expect }) => {
    const headers = { Authorization: `Bearer ${KEY}`, "X-Both": "{{ secrets.ODD }}/1", b: "1" };

    expect(fill({ headers }).put).toEqual({
      ok: true,
      value: {
        headers: { authorization: "Bearer s3cret-value", "x-both": 'quote"and$&/1', b: "1" },
        secretHeaders: new Set(["authorization", "x-both"]),
      },
    });
  });

  it.for<[string, string]>([
    [`Bearer ${KEY} \${input.text}`, "Bearer s3cret-value data"],
    [`\${input.text}${KEY}\${input.text}${KEY}`, "datas3cret-valuedatas3cret-value"],
    [`\${input.text == "data" ? "${KEY}" : ""}`, "s3cret-value"],
    [`\${'Bearer ' + "${KEY}" // ${KEY}\n}`, "Bearer s3cret-value"],
    [`$\${${KEY.slice(1)}`, "$s3cret-value"],
    [`$\${x} ${KEY}`, "${x} s3cret-value"],
    ["{{secrets.OTHER}}", "no secret 'OTHER'"],
    ["{{secrets.}}", "no secret ''"],
  ])("%s is sent as %s", ([template, sent], { expect }) => {
    expect(headerOf(template, { text: "data" })).toBe(sent);
  });

  it("is replaced in headers that are one expression", ({ expect }) => {
    const { put } = fill("${ {'headers': {'a': '{{secrets.KEY}}', 'b': input.b}} }", { b: KEY });

    expect(put).toMatchObject({ value: { headers: { a: "s3cret-value", b: KEY } } });
  });

  it("keeps its text outside of headers, and is refused in a URL", ({ expect }) => {
    const { call } = fill({
      method: "POST",
      json: { a: [KEY, `\${"${KEY}"}`], b: "{{secrets.O-N}}" },
      headers: { c: KEY },
    });

    expect(call.json).toEqual({ a: [KEY, KEY], b: "{{secrets.O-N}}" });
    expect(() => fill({ url: `https://a.example/\${input.x}${KEY}` }, { x: 1 })).toThrow(
      "headers only",
    );
    expect(() => fill({ query: { q: `\${input.x}${KEY}` } }, { x: 1 })).toThrow("headers only");
  });

  it("does not insert another secret by its value", ({ expect }) => {
    const nested = new Map([...SECRETS, ["A", KEY]] as const);

    expect(fill({ headers: { a: "{{secrets.A}}" } }, {}, nested).put).toMatchObject({
      value: { headers: { a: KEY } },
    });
  });

  it("appears in the error of its expression as it was written", ({ expect }) => {
    expect(() => headerOf(`\${input.missing + "${KEY}"}`)).toThrow(KEY);
  });
});

describe("a reference to a secret in data", () => {
  it.for<[string, unknown]>([
    ["${input}", KEY],
    ["x-${input}", KEY],
    ["{{secrets.${input}}}", "KEY"],
    ["{{secrets.${input}", "KEY}}"],
    ["${input}secrets.KEY}}", "{{"],
    ['${"{{secrets." + input + "}}"}', "KEY"],
    ["${input.a}${input.b}", { a: "{{secrets.", b: "KEY}}" }],
    ["${input[0]} {{secrets.KEY}}", [KEY]],
  ])("is text in %s", ([template, input], { expect }) => {
    const { put } = fill({ headers: { a: template } }, input);
    const sent = put.ok ? put.value.headers["a"] : null;

    expect(sent?.replace(/ s3cret-value$/, "")).toMatch(/^(x-)?\{\{secrets\.KEY\}\}$/);
  });

  it("is text in the whole of headers, in a URL and in a body", ({ expect }) => {
    const data = { headers: { a: KEY, b: { toString: 1 } }, q: KEY };
    const { call, put } = fill(
      { url: "https://a.example/?q=${input.q}", query: { q: "${input.q}" }, headers: "${input.h}" },
      { q: KEY, h: { a: KEY } },
    );

    expect(put).toEqual({ ok: true, value: { headers: { a: KEY }, secretHeaders: new Set() } });
    expect(call).toMatchObject({ url: `https://a.example/?q=${KEY}`, query: { q: KEY } });
    expect(() => fill("${input}", data)).toThrow("expected a text");
  });

  it("is text in the shape that a filled-in reference has", ({ expect }) => {
    const forged = { a: { parts: [{ secret: "KEY", written: KEY }] } };

    expect(() => fill({ headers: "${input}" }, forged)).toThrow("expected a text");
  });
});
