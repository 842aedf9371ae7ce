import * as fc from "fast-check";
import { describe, it } from "vitest";

import type { AnswerModel, ModelPart } from "../../../src/answer/answer-model.ts";
import type { AnswerRequest } from "../../../src/answer/answer-request.ts";
import { AllowedLinks } from "../../../src/answer/output/allowed-links.ts";
import { filterWhole } from "../../../src/answer/output/outgoing-text.ts";
import { completeSettings } from "../../../src/knowledge/project-settings.ts";
import { answer, asked, finding, hit, joinText } from "./generate-cases.ts";

const SOURCE = hit("source", "The picture of the kettle is at https://docs.ok.com/a.png today.");
const policy = (output: object) => completeSettings({ output }).output;
const FREE = policy({});
const STRICT = policy({ links: { allow: "sources" } });
const CLOSED = policy({ images: { allow: "none" }, links: { allow: "none" } });
const CITED: Partial<AnswerRequest> = { model: "hostile", toolChoice: { type: "file_search" } };

/** A model that writes each of the texts in one call, in pieces of these sizes, and searches between them. */
function writing(texts: readonly string[], sizes: readonly number[]): AnswerModel {
  let calls = 0;
  return {
    name: "hostile",
    builtIn: false,
    stream: async function* (): AsyncGenerator<ModelPart> {
      const text = texts[calls++] ?? "";
      for (let at = 0, turn = 0; at < text.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        yield { type: "text-delta", id: "0", delta: text.slice(at, at + size) };
        at += size;
      }
      if (calls < texts.length) {
        yield {
          type: "tool-call",
          toolCallId: `call_${calls}`,
          toolName: "file_search",
          input: '{"queries":["kettle"]}',
        };
      }
      yield {
        type: "finish",
        finishReason: { unified: calls < texts.length ? "tool-calls" : "stop", raw: undefined },
        usage: {
          inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 5, text: 5, reasoning: 0 },
        },
      };
    },
  };
}

/** Returns the text that a reader gets when the model writes these texts. */
async function read(
  texts: readonly string[],
  sizes: readonly number[],
  change: Partial<AnswerRequest> = {},
): Promise<string> {
  const { deps } = finding([SOURCE], [writing(texts, sizes)]);
  return joinText(await answer(deps, asked("Where is it?", { ...CITED, ...change })));
}

/** Filters a text once more, as it was filtered for the reader. */
const filterAgain = (text: string, outputPolicy: AnswerRequest["outputPolicy"]) =>
  filterWhole(new AllowedLinks(outputPolicy, () => [SOURCE]), text).text;

describe("the marker of a citation", () => {
  it.for<[string, AnswerRequest["outputPolicy"], string]>([
    ["![x][1](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x]【1】(https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x [1]](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x][1] [2](//evil.test)", FREE, "(image removed: x) [2](//evil.test)"],
    ["![x][1] [2](//evil.test)", CLOSED, "(image removed: x) 2 (link removed)"],
    ["![1](https://evil.test/q)", FREE, "(image removed: 1)"],
    ["Great![1](https://evil.test/q)", FREE, "Great(image removed: 1)"],
    ["[1](https://evil.test/q)", CLOSED, "1 (link removed)"],
    ["[1]: https://evil.test/q", CLOSED, "(link removed)"],
    ["![x][1]\n\n[1]: https://evil.test/q", FREE, "(image removed: x)\n\n[1]: https://evil.test/q"],
    ["`![x][1]`\n\n[1]: https://evil.test/q", FREE, "`![x][1]`\n\n(link removed)"],
    ["![x](https://evil.test/a[1])", FREE, "(image removed: x)"],
    ["$![x](https://evil.test/[1])$", FREE, "$(image removed: x)$"],
    ["!【1†source】[x](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x](see [1])(https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x](Passage 1)(https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x]<sup>[1]</sup>(https://evil.test/q)", FREE, "(image removed: x)"],
    ["!<sup>[1]</sup>[x](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x][^1](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x]\\[1\\](https://evil.test/q)", FREE, "(image removed: x)"],
    ["<【1†source】img src=https://evil.test>", FREE, "(image removed)"],
    ["<img[Passage 1] src=https://evil.test>", FREE, "(image removed)"],
    ["<im(see [1])g src=https://evil.test>", FREE, "(image removed)"],
    ["htt[^1]ps://evil.test/q", CLOSED, "(link removed)"],
    ["htt［1］ps://evil.test/q", CLOSED, "(link removed)"],
    ["w[1-2]ww.evil.test/q", STRICT, "(link removed)"],
    ["https://docs.ok.com[Passage 1].evil.test/q", STRICT, "(link removed)"],
    ["https://docs.ok.com(see [1]).evil.test/q", STRICT, "(link removed)"],
    ["<[1]img src=https://evil.test>", FREE, "(image removed)"],
    ["<i[1]mg src=https://evil.test>", FREE, "(image removed)"],
    ["![x][1](//evil.test/q)", CLOSED, "(image removed: x)"],
    ["[x][1](//evil.test/q)", CLOSED, "x (link removed)"],
    ["htt[1]ps://evil.test/q", CLOSED, "(link removed)"],
    ["w[1]ww.evil.test/q", STRICT, "(link removed)"],
    ["https://docs.ok.com[1].evil.test/q", STRICT, "(link removed)"],
    ["[r][1]: https://evil.test/q", STRICT, "(link removed)"],
  ])("joins nothing to a forbidden image or link: %s", async (sent, { expect }) => {
    const [text, outputPolicy, left] = sent;
    for (const size of [1, 2, 3, 5, text.length]) {
      expect(await read([text], [size], { outputPolicy })).toBe(left);
    }
  });

  it.for<[string, AnswerRequest["outputPolicy"], string]>([
    ["![x] (1).(https://evil.test/q)", FREE, "(image removed: x) (1).(https://evil.test/q)"],
    ["![x]. (1) (https://evil.test/q)", FREE, "(image removed: x). (https://evil.test/q)"],
    ["![kettle]¹(https://evil.test/q)", FREE, "(image removed: kettle)¹(https://evil.test/q)"],
    ["![x.¹](https://evil.test/q)", FREE, "(image removed: x)"],
    ["![x.<sup>1</sup>](https://evil.test/q)", FREE, "(image removed: x)"],
    ["<img.<sup>1</sup> src=https://evil.test>", FREE, "(image removed)"],
    ["http:.<sup>1</sup>//evil.test/q", CLOSED, "http:.//evil.test/q"],
  ])("in an ambiguous form joins nothing either: %s", async (sent, { expect }) => {
    const [text, outputPolicy, left] = sent;
    for (const size of [1, 2, 3, 5, text.length]) {
      expect(await read([text], [size], { outputPolicy })).toBe(left);
    }
  });

  it("leaves harmless text alone, with its citations", async ({ expect }) => {
    const text = "Great![1] [The picture](https://docs.ok.com/a.png)[1] of the kettle today. [1]";
    expect(await read([text], [4])).toBe(
      "Great! [The picture](https://docs.ok.com/a.png) of the kettle today.",
    );
  });
});

describe("two calls of a model", () => {
  it.for<[string, string, AnswerRequest["outputPolicy"], string]>([
    ["See ![x]", "(https://evil.test/q)", FREE, "See (image removed: x)"],
    ["See htt", "ps://evil.test/q", CLOSED, "See (link removed)"],
    ["See [x]", "(//evil.test/q)", CLOSED, "See x (link removed)"],
    ["See <im", "g src=//evil.test/q>", FREE, "See (image removed)"],
  ])("write nothing forbidden together: %s + %s", async (sent, { expect }) => {
    const [first, second, outputPolicy, left] = sent;
    for (const release of ["sentence", "verified"] as const) {
      const change = { outputPolicy, release, toolChoice: "auto" } as const;
      expect(await read([first, second], [3], change)).toBe(left);
    }
  });

  it("write no escape of JSON together that a reader decodes to an image", async ({ expect }) => {
    const change = { toolChoice: "auto", textFormat: { type: "json_object" } } as const;
    expect(await read(['{"a":"\\u00', '21[x](https://evil.test/q)"}'], [9], change)).toBe(
      '{"a":"(image removed: x)"}',
    );
  });
});

/** Texts made of the marks that matter, with markers of citations anywhere. */
const HOSTILE = fc
  .array(
    fc.constantFrom(
      ..."! [ ] ( ) < > \" ' = / : . a h t ` [1] [1] 【1】 [2] [1,2]".split(" "),
      ..."![ ]( ][ ![a]( ![a] https://evil.com //evil.com htt ps: www. evil.com https://docs.ok.com".split(
        " ",
      ),
      ..."<img src= <a href= <b style= [1]: [a]: ![1]".split(" "),
      ..."【1†source】 [^1] [1-2] ［1］ (1) ¹ <sup>1</sup> <sup>[1]</sup> \\[1\\] [[1]] **[1]** ` $ $$ \\( \\) a[1]".split(
        " ",
      ),
      "[Passage 1]",
      "(see [1])",
      "(Source 1)",
      " ",
      ". ",
      "\n\n",
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));
const SIZES = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
const POLICY = fc.constantFrom(FREE, STRICT, CLOSED);

describe("any text with markers anywhere", () => {
  it("is not changed by a second filter", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, HOSTILE, SIZES, POLICY, async (one, two, sizes, outputPolicy) => {
        const texts = two === "" ? [one] : [one, two];
        const left = await read(texts, sizes, { outputPolicy, toolChoice: "auto" });
        expect(filterAgain(left, outputPolicy)).toBe(left);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is left in the same way, whatever the pieces are in which it arrives", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, SIZES, POLICY, async (text, sizes, outputPolicy) => {
        const whole = await read([text], [text.length || 1], { outputPolicy });
        expect(await read([text], sizes, { outputPolicy })).toBe(whole);
      }),
      { numRuns: 1_000 },
    );
  });
});
