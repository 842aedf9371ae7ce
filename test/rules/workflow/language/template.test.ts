import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  fillTemplate,
  parseTemplateText,
  type TemplatePart,
} from "../../../../src/workflow/language/template.ts";

const listParts = (text: string) => {
  const parsed = parseTemplateText(text);
  return parsed.ok ? parsed.value : parsed.error;
};

const write = (part: TemplatePart) => ("text" in part ? part.text : `\${ ${part.source} }`);

describe("parseTemplateText", () => {
  it.each<[string, readonly TemplatePart[]]>([
    ["", []],
    ["plain $5 {x} $", [{ text: "plain $5 {x} $" }]],
    ["${ a.b }", [{ source: "a.b" }]],
    ["Hi ${a}${b}!", [{ text: "Hi " }, { source: "a" }, { source: "b" }, { text: "!" }]],
    ["${ {'k': {'n': 1}}.k.n }", [{ source: "{'k': {'n': 1}}.k.n" }]],
    ["${ a == '}' }", [{ source: "a == '}'" }]],
    ['${ a == "\\"}" }', [{ source: 'a == "\\"}"' }]],
    ['${ """a"}""" + b }', [{ source: '"""a"}""" + b' }]],
    ["${ a // not }\n + b }", [{ source: "a // not }\n + b" }]],
    ["$${a} and ${b}", [{ text: "${a} and " }, { source: "b" }]],
    ["$$${a}", [{ text: "$${a}" }]],
  ])("reads %j", (text, parts) => {
    expect(listParts(text)).toEqual(parts);
  });

  it.each(["${a", "x ${ {'k': 1}", "${ 'a}", "${ a // }", "${ 'a\\' }"])(
    "reports the position of an expression that does not end: %j",
    (text) => {
      expect(listParts(text)).toContain(`begins at character ${text.indexOf("$") + 1}`);
    },
  );

  it("parses any sequence of texts and expressions that was written", () => {
    const name = fc.stringMatching(/^[a-z]{1,6}$/);
    const quoted = fc
      .string()
      .map((text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
    const source = fc.oneof(
      name,
      quoted,
      fc.tuple(quoted, name).map(([key, value]) => `{${key}: {"k": ${value}}}`),
    );
    const literal = fc.string({ minLength: 1 }).map((text) => text.replaceAll("$", "§"));
    const parts = fc
      .array(
        fc.oneof(
          literal.map((text) => ({ text })),
          source.map((code) => ({ source: code })),
        ),
      )
      .map((all) =>
        // Adjacent texts are one text.
        all.filter((part, at) => at === 0 || "source" in part || "source" in (all[at - 1] ?? {})),
      );
    fc.assert(
      fc.property(parts, (written) => {
        const expected = written.map((part) =>
          "source" in part ? { source: part.source.trim() } : part,
        );
        expect(listParts(written.map(write).join(""))).toEqual(expected);
      }),
    );
  });
});

describe("fillTemplate", () => {
  const values: Record<string, unknown> = { n: 5, list: [1, { a: null }], text: "x", no: false };
  const fill = (template: unknown) => fillTemplate(template, (source) => values[source]);

  it("keeps a value's type where the expression is the whole text, and writes JSON inside of a text", () => {
    expect(fill({ a: "${n}", b: ["${list}", "n=${n} ${list} ${text} ${no}"], c: 7 })).toEqual({
      a: 5,
      b: [[1, { a: null }], 'n=5 [1,{"a":null}] x false'],
      c: 7,
    });
  });

  it("fills no member names, and does not evaluate inserted values", () => {
    expect(fillTemplate({ "${n}": "${text}" }, () => "${n}")).toEqual({ "${n}": "${n}" });
    expect(Object.keys(fill(JSON.parse('{"__proto__": "${n}"}')) ?? {})).toEqual(["__proto__"]);
  });
});
