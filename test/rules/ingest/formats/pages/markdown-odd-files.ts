import type { FormatFile } from "../format-file.ts";

const same = (name: string, source: string): FormatFile => ({ name, source, text: source });

/** Markdown of many dialects, each with the text and the warnings that it must have. */
export const MARKDOWN_ODD_FILES: readonly FormatFile[] = [
  {
    name: "toml.md",
    source:
      '+++\ntitle = "Leave policy"\ndays = 30 \ntags = ["hr", "leave"]\n\n[owner]\nname = "Ada"\n# internal\n+++\n\n# Leave\n',
    text: "title: Leave policy\ndays: 30\ntags: hr, leave\nowner.name: Ada\n\n# Leave\n",
  },
  {
    name: "nested-front.md",
    source:
      "---\ntitle: >\n  Leave of\n  absence\nowner:\n  name: Ada\n  phones:\n    office: '+31 20'\n  team: hr\n" +
      'list: [a, "b"]\nurl: https://a.example/x\nvalid: 2026-05-03\nempty:\nsteps:\n- ask\n- wait\n...\n# Leave\n',
    text:
      "title: Leave of absence\nowner.name: Ada\nowner.phones.office: +31 20\nowner.team: hr\nlist: a, b\n" +
      "url: https://a.example/x\nvalid: 2026-05-03\nempty:\nsteps: ask, wait\n\n# Leave\n",
  },
  {
    name: "windows-front.md",
    source: "\ufeff---\r\ntitle: Leave\r\n---\r\n7. seven\r\n8. eight\r\n",
    text: "title: Leave\n\n7. seven\n8. eight\n",
  },
  same(
    "numbered.md",
    "7. seven\n8. eight\n   1. sub\n\n      more of it\n\n3) three\n4) four\n\n1. one\n1. two\n",
  ),
  same("tasks.md", "- [x] Done 5\n- [ ] Open 7\n  - [X] sub\n"),
  same("notes.md", "The fee rises[^1] and falls[^may].\n\n[^1]: By 2 %.\n[^may]: In\n    May.\n"),
  same(
    "references.md",
    'See [the site][s] and <https://b.example/a_b>.\n\n[s]: https://a.example "Title"\n',
  ),
  same("definitions.md", "Term\n: 12 months\n: renewable\n\nFee\n: 9 EUR\n"),
  same(
    "signs.md",
    "5\\. no list, ~~30~~ 25 EUR, H~2~O, $a<b$ and \\(c<d\\).\n\n> [!NOTE]\n> Pay 5 EUR.\n\n:::tip\nSave 7.\n:::\n",
  ),
  {
    name: "hidden-blocks.md",
    source:
      '<div class="a" hidden>\n\nsecret **1**\n\n- secret 2\n\n</div>\n\nShown 1.\n\n<section style="display: none">\n\nsecret 3\n\n' +
      '</section>\n<div hidden="until-found">\n\nShown 2.\n\n</div>\n\n<p title="hidden text">Shown 3.</p>\n',
    text: "\nShown 1.\n\nShown 2.\n\nShown 3.\n",
    warnings: ["2 hidden passages left out"],
  },
  {
    name: "html-cells.md",
    source:
      '<table>\n<thead><tr><th>Plan</th><th colspan="2">Fees</th></tr></thead>\n\n<tr><td>A|B</td><td>10<br>20</td><td>x<sup>2</sup></td></tr>\n</table>\n',
    text: "| Plan | Fees | Fees |\n| --- | --- | --- |\n| A\\|B | 10 20 | x^2 |\n",
  },
];
