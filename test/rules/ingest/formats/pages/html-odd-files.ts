import type { FormatFile } from "../format-file.ts";

const page = (body: string, head = "") =>
  `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`;

/** Pages with rarer elements and attributes, each with the text and the warnings that it must have. */
export const HTML_ODD_FILES: readonly FormatFile[] = [
  {
    name: "styled-lists.html",
    source: page(
      "<ol class=legal><li>First<ol><li>Sub<li>Sub 2</ol><li>Second</ol><ol><li>Plain<ol><li>x<ol><li>y</ol></ol></ol>" +
        "<ol class=roman start=4><li>Four</ol><ol class=par><li>Duty</ol><ol class=reset><li>Kept</ol>",
      "<style>/* ol{} */ ol.legal{counter-reset:item;list-style:none} .legal li::before{counter-increment:item;" +
        "content: counters(item, '.') '. '} ol ol{list-style-type:lower-alpha} main ol ol ol{list-style:lower-roman inside}" +
        "ol.roman{list-style-type:upper-roman} .par>li:before{content:'§ ' counter(p)} .reset{list-style:none}" +
        ".other ol{list-style-type:upper-greek}</style>",
    ),
    text: "1. First\n  1.1. Sub\n  1.2. Sub 2\n2. Second\n\n1. Plain\n  a. x\n    i. y\n\nIV. Four\n\n§ 1 Duty\n\n1. Kept",
  },
  {
    name: "reversed-lists.html",
    source: page(
      "<ol reversed start=10><li>ten<li value=5>five<li>four</ol><ol type=i start=8><li>eight<li>nine</ol>" +
        "<table><tr><th>A<th>B<tr><td><ol type=A reversed start=3><li>x<li>y</ol><td><ul><li>one<ul><li>two</ul></ul></table>",
    ),
    text: "10. ten\n5. five\n4. four\n\nviii. eight\nix. nine\n\n| A | B |\n| --- | --- |\n| C. x B. y | one two |",
  },
  {
    name: "row-groups.html",
    source: page(
      "<table><tfoot><tr><th>Total<td>10</tfoot><thead><tr><th rowspan=4>Item<th>EUR</thead><tbody><tr><td>A<td>1" +
        "<tr><td rowspan=9>B<td>2<tbody><tr><td>C<td>7</table>",
    ),
    text: "| Item | EUR |\n| --- | --- |\n| A | 1 |\n| B | 2 |\n| C | 7 |\n| Total | 10 |",
  },
  {
    name: "scripts-in-cells.html",
    source: page(
      "<table><tr><th>Part<th>Cycles<tr><td>m<sup>2</sup><td>10<sup>6</sup><tr><td>H<sub>2</sub>O<td>word<sup>1</sup></table>",
    ),
    text: "| Part | Cycles |\n| --- | --- |\n| m^2 | 10^6 |\n| H₂O | word [1] |",
  },
  {
    name: "both-spans.html",
    source: page(
      "<table><tr><th rowspan=2 colspan=2>Site<th colspan=2>2025<tr><th>Q1<th>Q2<tr><td rowspan=2>North<td>A" +
        "<td rowspan=2 colspan=2>closed<tr><td>B<tr><td>South<td>C<td>5<td>6</table>",
    ),
    text:
      "| Site | Site | 2025 | 2025 |\n| Site | Site | Q1 | Q2 |\n| --- | --- | --- | --- |\n" +
      "| North | A | closed | closed |\n| North | B | closed | closed |\n| South | C | 5 | 6 |",
  },
  {
    name: "tables-in-tables.html",
    source: page(
      "<table><tr><td>Outer 1<table><caption>Sizes</caption><tr><th>k<th>v<tr><td>a<td>1<table><tr><td>deep 7</table>" +
        "</table><td>Outer 2</table>",
    ),
    text: "| Outer 1 Sizes k v a 1 deep 7 | Outer 2 |",
    warnings: ["2 tables inside table cells written as text"],
  },
  {
    name: "hidden-ways.html",
    source: page(
      "<p style='visibility: collapse'>s1</p><p style='content-visibility:hidden'>s2</p><template><p>s3</p></template>" +
        "<dialog>s4</dialog><dialog open>Shown 1</dialog><input type=hidden value=s5><b class=sr-only>Shown 2</b>" +
        "<p style='DISPLAY : NONE !important'>s6</p><p hidden=false>s7</p><p class=gone>s8</p><noscript>Shown 3</noscript>" +
        "<p style='content-visibility:auto'>Shown 4</p><p inert>Shown 5</p><div popover>Shown 6</div>",
      "<style>.gone{content-visibility:hidden}</style>",
    ),
    text: "Shown 1\n\nShown 2\n\nShown 3\n\nShown 4\n\nShown 5\n\nShown 6",
    warnings: ["6 hidden passages left out"],
  },
  {
    name: "notes.html",
    source: page(
      "<p>Sold in 1999<sup>[3]</sup> by Smith<sup>a</sup> and Miller<sup>1,2</sup>. The word<sup>*</sup>, the 3<sup>rd</sup> " +
        "m<sup>3</sup>/s, 10<sup>−3</sup>, <sup>14</sup>C, 5<sup>1/2</sup>, a<sub>ij</sub><sup>2</sup>, M<sup>me</sup>.",
    ),
    text: "Sold in 1999 [3] by Smith [a] and Miller [1,2]. The word*, the 3rd m^3/s, 10^−3, 14C, 5^(1/2), a_ij^2, Mme.",
  },
  {
    name: "definitions.html",
    source: page(
      "<dl><dt>Term</dt><dd>12 months<dd>renewable<div><dt>VAT<dt>Tax<dd>21 %</div></dl>" +
        "<figure><img alt='Chart of sales'><figcaption>Figure 3: 5 M.</figcaption></figure><address>10 Main St<br>12345</address>",
    ),
    text: "Term\n\n12 months\n\nrenewable\n\nVAT\n\nTax\n\n21 %\n\nChart of sales\n\nFigure 3: 5 M.\n\n10 Main St\n12345",
  },
  {
    name: "controls.html",
    source: page(
      "<fieldset><legend>Contact</legend><label>E-mail <input type=email value='a@b.c'></label><input type=password value=no>" +
        "<input type=radio checked> Yes<input type=number value=42><select multiple><optgroup label=EU><option selected>ES" +
        "<option selected>FR</optgroup></select><output>7</output><meter value=.6>6/10</meter></fieldset>",
    ),
    text: "Contact\n\nE-mail a@b.c ☒ Yes 42\n\n☒ ES ☒ FR\n\n7 6/10",
  },
];
