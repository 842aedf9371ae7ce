import type { FormatFile } from "../format-file.ts";
import { HTML_ODD_FILES } from "./html-odd-files.ts";

const page = (body: string, head = "") =>
  `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`;

/** HTML pages, each with the text and the warnings that it must have. */
export const HTML_FILES: readonly FormatFile[] = [
  {
    name: "accordion.html",
    source: page(
      "<main><h1>Help</h1><h3><button aria-expanded=false>How long do refunds take?</button></h3>" +
        "<div>14 days.</div><details><summary>Who pays the postage?</summary>We pay 6 EUR.</details></main>",
    ),
    text: "# Help\n\n### How long do refunds take?\n\n14 days.\n\nWho pays the postage?\n\nWe pay 6 EUR.",
  },
  {
    name: "form.html",
    source: page(
      "<form><label for=n>Name</label><input id=n value='Grace Example'><br>" +
        "<label><input type=checkbox checked> Newsletter</label><label><input type=checkbox> Calls</label>" +
        "<p>Country <select><option>France<option selected>Spain</select>" +
        "<p>Notes <textarea>Ring twice</textarea><input type=hidden value=token99><button>Send</button></form>",
    ),
    text: "Name Grace Example\n☒ Newsletter ☐ Calls\n\nCountry France ☒ Spain\n\nNotes Ring twice Send",
  },
  {
    name: "content-footer.html",
    source: page(
      "<nav><a>Home</a></nav><article><header>By Ann, 3 May</header><p>Text 1.</p><footer>Source: census 2021</footer>" +
        "</article><footer>© 2026 Shop</footer>",
    ),
    text: "By Ann, 3 May\n\nText 1.\n\nSource: census 2021",
    warnings: ["1 navigation menu left out", "1 page footer left out"],
  },
  {
    name: "open-head.html",
    source: "<html><head><title>Leave policy</title><meta name=a><p>Employees have 30 days.</html>",
    text: "# Leave policy\n\nEmployees have 30 days.",
  },
  {
    name: "open-head-text.html",
    source: "<!doctype html><html><head><link rel=x>Employees have 30 days. <b>All</b> of them.",
    text: "Employees have 30 days. All of them.",
  },
  {
    name: "noscript.html",
    source: page("<p>Price:</p><script>show(12)</script><noscript><p>40 EUR</p></noscript>"),
    text: "Price:\n\n40 EUR",
  },
  {
    name: "hidden.html",
    source: page(
      "<p hidden>secret 1<p>Shown 2<ul><li aria-hidden=true>secret 3<li>Shown 4</ul>" +
        "<div style='color:red;display: none'>secret 5<div>secret 6</div></div>" +
        "<span style=visibility:hidden>secret 7</span><div hidden=until-found>Shown 8</div><dialog>secret 9</dialog>",
    ),
    text: "Shown 2\n\n- Shown 4\n\nShown 8",
    warnings: ["5 hidden passages left out"],
  },
  {
    name: "ordered-lists.html",
    source: page(
      "<ol start=5><li>Open<li value=9>Close<ol type=a><li>left<li>right</ol></ol>" +
        "<ol reversed><li>three<ul><li>x</ul><li>two<li>one</ol><ol type=I start=4><li>Four</ol>" +
        "<ol style='list-style-type:lower-roman'><li>i-item</ol><ol start=0><li>Zero</ol><ol start=-1><li>Minus</ol>",
    ),
    text:
      "5. Open\n9. Close\n  a. left\n  b. right\n\n3. three\n  - x\n2. two\n1. one\n\nIV. Four\n\n" +
      "i. i-item\n\n0. Zero\n\n-1. Minus",
  },
  {
    name: "rowspan.html",
    source: page(
      "<table><caption>Sales in EUR</caption><tr><th>Region<th>Year<th>Sales<tr><td rowspan=2>North<td>2021<td>10" +
        "<tr><td>2022<td>20<tr><td>South<td colspan=2>none</table>",
    ),
    text:
      "Sales in EUR\n\n| Region | Year | Sales |\n| --- | --- | --- |\n| North | 2021 | 10 |\n| North | 2022 | 20 |\n" +
      "| South | none | none |",
  },
  {
    name: "two-headers.html",
    source: page(
      "<table><thead><tr><th rowspan=2>Region<th colspan=2>2021<tr><th>Q1<th>Q2</thead>" +
        "<tbody><tr><td>North<td>10<td>11</table>",
    ),
    text: "| Region | 2021 | 2021 |\n| Region | Q1 | Q2 |\n| --- | --- | --- |\n| North | 10 | 11 |",
  },
  {
    name: "late-header.html",
    source: page(
      "<table><tr><td colspan=3>Report of 3 May<tr><td>Unit<td>EUR<td><tr><th>Item<th>Price<th>Stock" +
        "<tr><td>Anvil<td>40<td>7</table>",
    ),
    text: "Report of 3 May\n\n| Unit | EUR | |\n\n| Item | Price | Stock |\n| --- | --- | --- |\n| Anvil | 40 | 7 |",
  },
  {
    name: "nested-table.html",
    source: page(
      "<table><tr><th>Part<th>Sizes<tr><td>Bolt<td><table><tr><td>M6<td>10 mm<tr><td>M8<td>13 mm</table></table>",
    ),
    text: "| Part | Sizes |\n| --- | --- |\n| Bolt | M6 10 mm M8 13 mm |",
    warnings: ["1 table inside a table cell written as text"],
  },
  {
    name: "scripts.html",
    source: page(
      "<p>Rated for 10<sup>6</sup> cycles, 5 m<sup>2</sup>, H<sub>2</sub>O, CO<sub>2</sub>, x<sub>i</sub>, the 5<sup>th</sup> " +
        "and 1<sup>er</sup> of May, revenue<sup>1</sup> of 500<sup><a href=#fn3>3</a></sup>, 2<sup>n+1</sup>, a<sup>n</sup>.",
    ),
    text: "Rated for 10^6 cycles, 5 m^2, H₂O, CO₂, x_i, the 5th and 1er of May, revenue [1] of 500 [3], 2^(n+1), a^n.",
  },
  {
    name: "changes.html",
    source: page(
      "<p>The term is <del>twelve</del><ins>twenty</ins> months. <s>30</s> 25 EUR. " +
        "<span style='text-decoration:line-through'>9</span> 8.",
    ),
    text: "The term is twenty months. 25 EUR. 8.",
    warnings: ["3 deleted passages left out"],
  },
  {
    name: "spaces.html",
    source: page(
      "<p>Take 10&emsp;mg. Fee: 9&ensp;000&thinsp;EUR, 5&nbsp;%. in&shy;for&shy;ma&shy;tion",
    ),
    text: "Take 10 mg. Fee: 9 000 EUR, 5 %. information",
  },
  {
    name: "ruby.html",
    source: page(
      "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>と<ruby>東<rt>とう</ruby>。",
    ),
    text: "漢字(かんじ)と東(とう)。",
  },
  {
    name: "equations.html",
    source: page(
      "<p>So <math><mi>x</mi><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac></math> and " +
        "<math><msqrt><mi>y</mi></msqrt><mo>≤</mo><msup><mn>10</mn><mn>6</mn></msup></math>, " +
        "<math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi></math>.",
    ),
    text: "So x = (a+1)/b and √y ≤ 10^6, ∑_(i = 1)^n i.",
    warnings: ["3 equations as linear text"],
  },
  {
    name: "images.html",
    source: page(
      "<p>See <img src=a.png alt='Plan of floor 2'> and <img src=b.png>.<svg><title>no</title></svg><iframe src=x></iframe>",
    ),
    text: "See Plan of floor 2 and .",
    warnings: ["1 image without text", "2 embedded objects, charts or drawings without text"],
  },
  {
    name: "list-in-cell.html",
    source: page(
      "<table><tr><th>Step<th>Work<tr><td>1<td><ol start=3><li>cut<li>sew</ol><tr><td>2<td>a|b</table>",
    ),
    text: "| Step | Work |\n| --- | --- |\n| 1 | 3. cut 4. sew |\n| 2 | a\\|b |",
  },
  {
    name: "hiding-styles.html",
    source:
      "<style>/* .a{} */ .secret, p.draft { color: red; display: none } #old{visibility:hidden}" +
      ".shown{display:none} .shown{display:block} @media print {.screen{display:none}}</style>" +
      "<p class='x secret'>No</p><p class=draft>No</p><div class=draft>Yes 1</div><i id=old>No</i>" +
      "<p class=shown>Yes 2</p><p class=screen>Yes 3</p>",
    text: "Yes 1\n\nYes 2\n\nYes 3",
    warnings: ["3 hidden passages left out"],
  },
  {
    name: "accordion-styles.html",
    source:
      "<style>.panel{display:none} .open .panel{display:block} .tab{display:none} .wide{display:none}" +
      "@media (min-width: 9em) {.wide{display:block}}</style><h3>How long?</h3><p class=panel>14 days.</p>" +
      "<p class=tab>Or 15.</p><p class=wide>At most.</p><script>show(document.querySelector('.tab'))</script>",
    text: "### How long?\n\n14 days.\n\nOr 15.\n\nAt most.",
  },
  ...HTML_ODD_FILES,
];
