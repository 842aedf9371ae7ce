import * as fc from "fast-check";
import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";

import { CLOSED, FREE, send, STRICT } from "./outgoing.ts";

/** Texts made of the marks that matter, in any order. */
const MARKUP = fc
  .array(
    fc.constantFrom(
      ..."! [ ] ( ) < > \" ' = / \\ : . 1 a".split(" "),
      ..."![ ]( ][ ![a]( https://evil.com //evil.com https://docs.ok.com <img src= <a href= www.evil.com [1] 【1】 [1]: <b style=".split(
        " ",
      ),
      " ",
      "\n",
      "\n\n",
      "![1]",
      "\ud83d\ude00",
      "\ud83d",
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));
const POLICY = fc.constantFrom(FREE, STRICT, CLOSED);

describe("any text", () => {
  it("is filtered in the same way, whatever the pieces are in which it arrives", () => {
    fc.assert(
      fc.property(
        MARKUP,
        POLICY,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (text, output, sizes) => {
          expect(send(text, output, sizes)).toBe(send(text, output, [text.length]));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("is not changed by a second filter", () => {
    fc.assert(
      fc.property(MARKUP, POLICY, (text, output) => {
        const left = send(text, output, [text.length]);
        expect(send(left, output, [left.length])).toBe(left);
      }),
      { numRuns: 10_000 },
    );
  });

  it("has no image left for a browser", () => {
    fc.assert(
      fc.property(MARKUP, POLICY, (text, output) => {
        const parser = new Parser({
          onopentag: (_name, { src = "" }) => expect(src).not.toContain("evil"),
        });
        parser.end(send(text, output, [text.length]));
      }),
      { numRuns: 10_000 },
    );
  });

  it("has no image left for a simple renderer", () => {
    const image = /!\[[^\]]*\]\(\s*<?([^)\s>]+)|<img[\s/](?:[^>]*[\s/])?src=["']?([^\s"'>]+)/g;
    fc.assert(
      fc.property(MARKUP, POLICY, (text, output) => {
        for (const [, plain, tag] of send(text, output, [text.length]).matchAll(image)) {
          expect(URL.parse(plain ?? tag ?? "", "https://reader.test")?.hostname).not.toContain(
            "evil",
          );
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("is well-formed Unicode", () => {
    fc.assert(
      fc.property(MARKUP, (text) => {
        expect(send(text, FREE, [1]).isWellFormed()).toBe(true);
        expect(send(text, FREE, [1])).toBe(send(text.toWellFormed(), FREE, [2]));
      }),
    );
  });
});
