import fc from "fast-check";
import { describe, it } from "vitest";

import { SECRET_CHARACTERS_MIN } from "../../../../../src/workflow/steps/http-call/secrets/encoded-forms.ts";
import { SecretEchoes } from "../../../../../src/workflow/steps/http-call/secrets/secret-echoes.ts";

const echoesOf = (secret: string) => new SecretEchoes(new Map([["S", secret]]));
const remove = (text: string, secret: string) => echoesOf(secret).remove(text);

const codes = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const hex = (code: number, length = 2) => code.toString(16).padStart(length, "0");
const each = (write: (code: number) => string) => (text: string) => codes(text).map(write).join("");
const some = (write: (code: number) => string) => (text: string) =>
  codes(text)
    .map((code, at) => (/\w/.test(text[at] ?? "") && at % 3 > 0 ? text[at] : write(code)))
    .join("");
const base64url = (text: string) =>
  btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const html = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** The usual encodings of a text. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  "upper case": (text) => text.toUpperCase(),
  "lower case": (text) => text.toLowerCase(),
  hex: each((code) => hex(code)),
  "HEX:": (text) =>
    codes(text)
      .map((code) => hex(code).toUpperCase())
      .join(":"),
  "hex of upper case": (text) =>
    codes(text.toUpperCase())
      .map((code) => hex(code))
      .join(""),
  base64: btoa,
  "base64 of lower case": (text) => btoa(text.toLowerCase()),
  base64url,
  "base64 in lines": (text) => btoa(text).replace(/.{76}/g, "$&\r\n"),
  "base64 in a URL": (text) => encodeURIComponent(btoa(text)),
  "base64 in JSON": (text) => btoa(text).replaceAll("/", "\\/"),
  URL: encodeURIComponent,
  "URL, lower hex": (text) =>
    encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  "URL, each character": each((code) => `%${hex(code)}`),
  "URL, twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  HTML: html,
  "HTML, decimal": each((code) => `&#${code};`),
  "HTML, hex": each((code) => `&#X${hex(code, 4).toUpperCase()};`),
  "HTML, decimal with zeros": each((code) => `&#${code.toString().padStart(9, "0")};`),
  "HTML, hex with zeros": each((code) => `&#x${hex(code, 9)};`),
  "HTML, some": some((code) => `&#${code};`),
  JSON: json,
  "JSON, slashes": (text) => json(text).replaceAll("/", "\\/"),
  "JSON, \\u": each((code) => `\\u${hex(code, 4)}`),
  "JSON, some": some((code) => `\\u${hex(code, 4).toUpperCase()}`),
  "JSON, twice": (text) => json(json(text)),
  "\\u{} with zeros": each((code) => `\\u{${hex(code, 8)}}`),
  "\\x": each((code) => `\\x${hex(code)}`),
  "HTML in JSON": (text) => json(html(text)),
  "JSON in HTML": (text) => html(json(text)),
  "JSON in a URL": (text) => encodeURIComponent(json(text)),
  "JSON in base64": (text) => btoa(json(text)),
};

/** Secrets as they can be set: printable ASCII. */
const aSecret = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: SECRET_CHARACTERS_MIN,
  maxLength: 120,
});
const bytes = fc.string({ unit: "binary-ascii", maxLength: 9 });

describe("an echo of a secret", () => {
  it.for(Object.keys(ENCODINGS))("is removed: %s", (name, { expect }) => {
    const encode = ENCODINGS[name] ?? ((text) => text);
    fc.assert(
      fc.property(aSecret, fc.string(), fc.string(), (secret, before, after) => {
        const echo = encode(secret);
        const echoes = echoesOf(secret);
        expect(echoes.remove(`${before} ${echo} ${after}`)).not.toContain(echo);
        expect(echoes.remove(`<${echo}>`)).toBe("<{{secrets.S}}>");
      }),
    );
  });

  it.for([
    ["base64", btoa],
    ["base64url", base64url],
  ] as const)("is removed from the middle of %s, at each position", ([, encode], { expect }) => {
    fc.assert(
      fc.property(aSecret, bytes, bytes, (secret, before, after) => {
        const text = encode(before + secret + after);
        const left = remove(text, secret);
        const [start = ""] = left.split("{{secrets.S}}");
        const end = left.split("{{secrets.S}}").at(-1) ?? "";

        // Six bits a character: what is left has no bit of the secret.
        expect(left).not.toBe(text);
        expect(start.length * 6).toBeLessThanOrEqual(before.length * 8);
        expect((text.length - end.length) * 6).toBeGreaterThanOrEqual((before + secret).length * 8);
      }),
    );
  });

  it("is removed wherever a stream was split, if its text was cut off", ({ expect }) => {
    fc.assert(
      fc.property(
        aSecret,
        fc.constantFrom(...Object.values(ENCODINGS)),
        fc.nat(),
        (secret, encode, at) => {
          const echo = encode(secret);
          const cut = echo.slice(0, at % (echo.length + 1));
          const left = echoesOf(secret).removeFromCut(`<${cut}`);
          const decodedLength = Math.floor((cut.length * SECRET_CHARACTERS_MIN) / 160);
          expect(left.startsWith("<{{secrets.S}}") || decodedLength < SECRET_CHARACTERS_MIN).toBe(
            true,
          );
        },
      ),
      {
        numRuns: 1_000,
        examples: [
          // Within an escape of the next character, and one that begins with the next character itself.
          ["a".repeat(23), each((code) => `&#X${hex(code, 4)};`), 163],
          [`${"a".repeat(20)}& `, each((code) => `&#X${hex(code, 4)};`), 163],
        ],
      },
    );
  });

  it("is not found in other texts, which stay as they are", ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 500 }), (text) => {
        expect(remove(text, "s3cret-value-7391")).toBe(text);
      }),
    );
    expect(remove("s3cret-value-739", "s3cret-value-7391")).toBe("s3cret-value-739");
  });

  it("has the name of the longest secret that it may be", ({ expect }) => {
    const echoes = new SecretEchoes(
      new Map([
        ["SHORT", "s3cret-value"],
        ["LONG", "s3cret-value-and-more"],
        ["OTHER", "another-value"],
      ]),
    );

    expect(echoes.remove("s3cret-value-and-more,another-values3cret-value!")).toBe(
      "{{secrets.LONG}},{{secrets.OTHER}}{{secrets.SHORT}}!",
    );
  });
});
