import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  ANALYZER_VERSIONS,
  findAnalyzer,
  FIRST_ANALYZER,
  namedAnalyzer,
  questionTerms,
  UnknownAnalyzer,
} from "../../../../src/retrieval/analysis/analyzer.ts";
import { indexTerms } from "../../../../src/retrieval/tokenize.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const SECOND = findAnalyzer(2);

/** Returns the terms that version 2 has for a text in addition to those of version 1. */
const furtherTerms = (text: string) => SECOND.indexTerms(text).slice(indexTerms(text).length);

/** Texts in many scripts, in which words, numbers, marks and names meet. */
const PIECES = [
  ..."Élan ﬁne straße ΣΊΣΥΦΟΣ Ångström naïve İstanbul won't o'clock rock'n'roll The IT at".split(
    " ",
  ),
  ..."Wi-Fi user_name getUserName v2.10.3 1,500 U.S. COVID-19 PDFs x²y café's ½ 문서 문서들은".split(
    " ",
  ),
  ..."東京都の文書 ภาษาไทยง่าย والكتاب לְשׁוֹן हिन्दी 𐐀x a\u00adb re\u0301sume\u0301 dogs running flies".split(
    " ",
  ),
];

/** The shape of a further term. Version 1 also has halves of surrogate pairs, in scripts that it cuts into pairs. */
const SHAPE = /^[\p{L}\p{N}\p{M}]+(?:\.\p{N}+)*$/u;

describe("version 1 of the analyzer", () => {
  it("makes the terms that it has made since segments are stored", () => {
    const texts = PIECES.flatMap((one, at) => [one, `${one} ${PIECES[(at * 7) % PIECES.length]}.`]);
    const terms = JSON.stringify(texts.map((text) => FIRST_ANALYZER.indexTerms(text)));
    expect(createHash("sha256").update(terms).digest("hex").slice(0, 16)).toBe("c262b64fa54dcc57");
  });
});

describe("version 2 of the analyzer", () => {
  it("has all terms of version 1, in their order, before its own", () => {
    const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary" }));
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(" "));
    fc.assert(
      fc.property(text, (some) => {
        const first = indexTerms(some);
        const second = SECOND.indexTerms(some);
        expect(second.slice(0, first.length)).toEqual(first);
        for (const term of second.slice(first.length)) expect(term).toMatch(SHAPE);
      }),
    );
  });

  it.each([
    ["a hyphen", "the Wi-Fi is slow", ["wifi"]],
    ["an underscore", "user_name", ["usernam"]],
    ["a hyphen of another kind", "e\u2011mail", ["email"]],
    ["a hyphen and digits", "COVID-19 and IL-6", ["covid19", "il6"]],
    ["accents", "Café-Crème", ["cafecrem"]],
    ["capitals within", "getUserName", ["get", "user", "name"]],
    ["an abbreviation within", "parseHTMLPage2", ["pars", "html", "page2"]],
    ["a plural of capitals", "two PDFs", []],
    ["periods", "in the U.S. at 5 p.m.", ["us", "pm"]],
    ["a version", "since v2.10.3", ["2.10.3"]],
    ["groups of digits", "1,500 of 1,234,567", ["1500", "1234567"]],
    ["a date", "2026-11-30 to 2026-12-01", []],
    ["a list of digits", "1,2,3", []],
    ["a long chain", "a-b-c-d-e", []],
    ["plain words", "It is in the end of it.", []],
  ])("finds a name with %s: %s", (_, text, terms) => {
    expect(furtherTerms(text)).toEqual(terms);
  });

  it.each([
    ["IT", ["it"]],
    ["The IT department", ["it"]],
    ["the US IT-department", ["itdepart", "it"]],
    ["IT (2024)", ["it"]],
    ["TERMS OF USE", []],
    ["Terms OF USE", ["of"]],
    ["it IS so", ["is"]],
    ["cats OR dogs", []],
    ["cats AND NOT dogs", []],
    ["IT's", []],
    ["EXIT", []],
  ])("takes a short word in capitals for a name unless all is in capitals: %s", (text, terms) => {
    expect(furtherTerms(text)).toEqual(terms);
  });

  it.each([
    ["Wi-Fi", "wifi"],
    ["IL-6", "IL6"],
    ["user_name", "userName"],
    ["1,500", "1500"],
    ["U.S.", "US"],
    ["v2.10.3", "2.10.3"],
    ["setUserName", "user name"],
    ["Our IT", "IT"],
  ])("has a term of %s that it has of %s, too", (one, other) => {
    const terms = questionTerms(SECOND, one);
    expect(SECOND.indexTerms(other).some((term) => terms.has(term))).toBe(true);
  });

  it("is linear in texts without spaces", async () => {
    for (const unit of ["a", "aB", "a-", "a_b-", "1,", "1.1", "A.", "IT ", "é", "aé"]) {
      const took = await leastCpuTime(2_000, () => SECOND.indexTerms(unit.repeat(200_000)));
      expect({ unit, isFast: took < 2_000 }).toEqual({ unit, isFast: true });
    }
  });
});

describe("a version of the analyzer", () => {
  it("has a place in the text for each of its terms", () => {
    for (const version of ANALYZER_VERSIONS) {
      const analyzer = findAnalyzer(version);
      for (const text of PIECES) {
        const placed: string[] = [];
        analyzer.readPlaces(text, (term, start, end) => {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
          placed.push(term);
        });
        expect([text, ...placed.toSorted()]).toEqual([
          text,
          ...analyzer.indexTerms(text).toSorted(),
        ]);
      }
    }
  });

  it("that this build does not have is an error, and one that nothing names is the first", () => {
    expect(() => findAnalyzer(3)).toThrow(UnknownAnalyzer);
    expect(() => findAnalyzer(3)).toThrow("version 3");
    expect(namedAnalyzer({})).toBe(1);
    expect(namedAnalyzer({ analyzer: 2 })).toBe(2);
  });
});
