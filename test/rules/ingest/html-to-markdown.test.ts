import { describe, expect, it } from "vitest";

import { htmlToMarkdown } from "../../../src/ingest/html/html-to-markdown.ts";

const convert = (html: string) => htmlToMarkdown(html, 1_000_000);

describe("htmlToMarkdown", () => {
  it.each([
    [
      "<h2>One&nbsp;<b>bold</b></h2><p>Fish &amp; <i>chi</i>ps<br>now",
      "## One bold\n\nFish & chips\nnow",
    ],
    ["<ul><li>a<li>b<ul><li>c</ul><li></ul>after", "- a\n- b\n  - c\n\nafter"],
    ["<ol><li>x</li><li><p>y</p></li></ol>", "1. x\n2. y"],
    [
      "<table><tr><th>A<th>B<tr><td>1<td><p>2</p><p>3</table>x",
      "| A | B |\n| --- | --- |\n| 1 | 2 3 |\n\nx",
    ],
    [
      "<pre>\n<code>if (a &lt; b) {\n  c();\n}</code></pre>x",
      "```\nif (a < b) {\n  c();\n}\n```\n\nx",
    ],
    ["<title>T &lt; U</title><p>x", "# T < U\n\nx"],
    ["<title>T</title><h1>H</h1>x", "# H\n\nx"],
    ['<p>a<img src=x alt="a &quot;cat&quot;">b', 'a a "cat" b'],
    ["<p>&eacute;&#x1F600;&#128512;", "é😀😀"],
    ["<p>Take 10&emsp;mg. Fee: 9&ensp;000&thinsp;EUR", "Take 10 mg. Fee: 9 000 EUR"],
    ["<b>Name</b>\u3000\u3000<i>Value</i>", "Name Value"],
    ["plain", "plain"],
    ["", ""],
  ])("turns %s into Markdown", (html, expected) => {
    expect(convert(html)).toBe(expected);
  });

  it.each(
    Array.from("\u00a0\u1680\u2000\u2004\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"),
  )("keeps words apart that the space %j separates", (space) => {
    expect(convert(`<p>10${space}mg, 9${space}<b>000</b>${space}EUR`)).toBe("10 mg, 9 000 EUR");
  });

  it("drops everything but the page's text", () => {
    const html =
      "<head><style>p{}</style><script>if (a<b) document.write('<p>no')</script></head>" +
      "<nav><a>Home</a><nav>x</nav></nav><p>Text</p><svg><text>no</text></svg><footer>©</footer>";

    expect(convert(html)).toBe("Text");
  });

  it("keeps a page with an unclosed menu, and a page that consists of a menu", () => {
    expect(convert("<nav>Home<p>Text")).toBe("Home\n\nText");
    expect(convert("<nav>Home<main><p>Text</main>")).toBe("Text");
    expect(convert("<nav>Home</nav>")).toBe("Home");
  });

  it("reads HTML with two million levels", () => {
    expect(convert(`${"<div>".repeat(2_000_000)}hi`)).toBe("hi");
    expect(convert(`${"<b>".repeat(1_000_000)}${"</i>".repeat(1_000_000)}hi`)).toBe("hi");
  });

  it("stops at the maximum length", () => {
    expect(htmlToMarkdown("<ul><li>a".repeat(1_000), 1_000)).toBe(null);
  });
});

describe("elements without their closing tags", () => {
  it.each([
    ["<p hidden>no<p>yes", "yes"],
    ["<table><tr><td hidden>no<td>yes", "| yes |"],
    ["<dl><dt hidden>no<dd>yes", "yes"],
    ["<select><option hidden>no<option>yes</select>", "yes"],
    ["<ul hidden><li>no<ul><li>no</ul></ul>yes", "yes"],
    ["<main hidden><p>no</main>yes", "yes"],
    ["<br hidden>yes<img hidden>", "yes"],
    ["x<sup>2", "x^2"],
    ["<math><mfrac><mi>a</mi><mi>b</mi>", "a/b"],
    ["<table><tr><td rowspan=0>a<td>b<tr><td>c", "| a | b |\n| a | c |"],
  ])("reads %s as browsers do", (html, expected) => {
    expect(convert(html)).toBe(expected);
  });
});
