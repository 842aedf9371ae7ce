import type { FormatFile } from "../format-file.ts";

const same = (name: string, source: string): FormatFile => ({ name, source, text: source });

/** Markdown files with HTML in them, each with the text and the warnings that it must have. */
export const MARKDOWN_HTML_FILES: readonly FormatFile[] = [
  {
    name: "marks.md",
    source:
      "<b>Bold</b> and 10<sup>6</sup>, H<sub>2</sub>O, 10&nbsp;mg &lt; 1&#160;g.<br>Press <kbd>Ctrl</kbd>.<br/>End\n",
    text: "Bold and 10^6, H₂O, 10\u00a0mg < 1\u00a0g.\nPress Ctrl.\nEnd\n",
  },
  {
    name: "table-of-html.md",
    source:
      '# Prices\n\nIn EUR:\n<table border="1">\n  <tr><th>Item</th><th>Price</th></tr>\n\n' +
      '  <tr><td rowspan="2">Bolt</td><td>3</td></tr>\n    <tr><td>4</td></tr>\n</table>\n\nAfter it.\n',
    text: "# Prices\n\nIn EUR:\n\n| Item | Price |\n| --- | --- |\n| Bolt | 3 |\n| Bolt | 4 |\n\nAfter it.\n",
  },
  {
    name: "table-in-list.md",
    source: "1. First\n\n   <table><tr><td>a</td><td>5</td></tr></table>\n\n2. Second\n",
    text: "1. First\n\n| a | 5 |\n\n2. Second\n",
  },
  {
    name: "details.md",
    source:
      "<details>\n<summary>How long?</summary>\n\nThe *refund* takes 14 days.\n\n</details>\n\n<p align=center>Centred &amp; short</p>\n",
    text: "How long?\n\nThe *refund* takes 14 days.\n\n\nCentred & short\n",
  },
  {
    name: "struck.md",
    source:
      "The term is <del>twelve</del><ins>twenty</ins> months<span style='display:none'>secret</span>.<!-- note\nto us -->\n" +
      "<!-- a line -->\nNext <img src=a.png alt='Plan of floor 2'> and <img src=b.png>\n",
    text: "The term is twenty months.\nNext Plan of floor 2 and \n",
    warnings: ["1 deleted passage left out", "1 hidden passage left out", "1 image without text"],
  },
  same(
    "code-of-html.md",
    "Use `<b>` and ``a ` <i>``, a List<String>, <https://a.test/?x=1&y=2> and 1 <2 && 3> 2.\n\n" +
      "```html\n<table><tr><td>&nbsp;</td></tr></table>\n```\n\n    <del>code</del>\n\nAT&T, R&D; <T> and <unclosed\n",
  ),
  {
    name: "note-marks.md",
    source:
      'Profit rose<sup><a href="#fn1">1</a></sup>. See <a name="x"></a>the list:\n\n- one <br> two\n\n| a | b |\n| - | - |\n| x<br>y | 10<sup>2</sup> |\n',
    text: "Profit rose [1]. See the list:\n\n- one \n two\n\n| a | b |\n| - | - |\n| x y | 10^2 |\n",
  },
  {
    name: "unclosed.md",
    source: "Before\n\n<table><tr><td>1\n\nText after <sup>2 and more.\n",
    text: "Before\n\n| 1 |\n\nText after 2 and more.\n",
  },
];
