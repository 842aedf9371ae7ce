import type { FormatFile } from "../format-file.ts";

const UNPARSED = "1 line that is not valid JSON or XML, kept as it is";
const damaged = (name: string, source: string): FormatFile => ({
  name,
  source,
  text: source,
  warnings: [UNPARSED],
});

/** XML documents, each with the text and the warnings that it must have. */
export const XML_FILES: readonly FormatFile[] = [
  {
    name: "catalog.xml",
    source:
      '<?xml version="1.0"?>\n<catalog>\n <book id="b1">\n  <title>Emma</title>\n  <price>9.50</price>\n </book>\n <book id="b2">\n  <title>Ulysses</title>\n  <price>12</price>\n </book>\n</catalog>\n',
    text: "catalog\n\nbook (id: b1)\nbook.title: Emma\nbook.price: 9.50\n\nbook (id: b2)\nbook.title: Ulysses\nbook.price: 12",
  },
  {
    name: "attributes.xml",
    source:
      '<prices year="2026"><price currency="EUR" unit=\'kg\'>3</price><flag/><set a="1" b="&lt;2"/></prices>',
    text: "prices (year: 2026)\nprice: 3 (currency: EUR; unit: kg)\nflag\nset (a: 1; b: <2)",
  },
  {
    name: "namespaces.xml",
    source:
      '<s:Envelope xmlns:s="urn:s" xmlns="urn:d" xmlns:xsi="urn:x" xsi:schemaLocation="a b"><s:Body><m:Price xmlns:m="urn:m" m:cur="EUR" xml:lang="en">9</m:Price></s:Body></s:Envelope>',
    text: "Envelope\n\nBody.Price: 9 (cur: EUR; lang: en)",
  },
  {
    name: "cdata.xml",
    source: "<note><to>Ann</to><text><![CDATA[a < b & <b>c</b>]]></text></note>",
    text: "note\nto: Ann\ntext: a < b & <b>c</b>",
  },
  {
    name: "comments.xml",
    source: "<!-- a --><a><!-- <b>hidden</b> --><b>1<!-- x -->2</b><?pi x?></a><!-- z -->",
    text: "a\nb: 12",
  },
  {
    name: "entities.xml",
    source: "<a><b>Fish &amp; chips &#8364; &#x1F600; &quot;x&quot;</b></a>",
    text: 'a\nb: Fish & chips € 😀 "x"',
  },
  {
    name: "doctype.xml",
    source:
      '<!DOCTYPE a [\n<!ENTITY b "<p>bomb</p>">\n<!-- it\'s ]> -->\n<!ELEMENT a (#PCDATA)>\n]>\n<a><c>&b;&b;</c></a>',
    text: "a\nc: &b;&b;",
  },
  {
    name: "bomb.xml",
    source: `<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "${"&a;".repeat(10)}"><!ENTITY c "${"&b;".repeat(10)}">]><l>&c;</l>`,
    text: "l: &c;",
  },
  {
    name: "external.xml",
    source: '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a><b>x</b></a>',
    text: "a\nb: x",
  },
  {
    name: "prose.xml",
    source:
      '<article><title>Heat</title><sec><p>Some <b>bold</b> text, <i>and</i> 10<sup>6</sup> J of H<sub>2</sub>O, see <link href="http://a.example">this</link>.</p><p><b>Note</b> that <i>x</i> is small.</p></sec></article>',
    text: "article\ntitle: Heat\n\nsec.p: Some bold text, and 10^6 J of H₂O, see this (href: http://a.example).\nsec.p: Note that x is small.",
  },
  {
    name: "prose-list.xml",
    source:
      "<doc><para>Take:<list><item>milk</item><item>eggs</item></list>and go.</para><para>x<br/>y</para></doc>",
    text: "doc\npara: Take: milk eggs and go.\npara: x y",
  },
  {
    name: "feed.rss",
    source:
      "<rss version='2.0'><channel><title>News</title><item><title>A</title><link>http://a.example</link></item><item><title>B</title></item></channel></rss>",
    text: "rss (version: 2.0)\n\nchannel.title: News\n\nchannel.item.title: A\nchannel.item.link: http://a.example\n\nchannel.item.title: B",
  },
  {
    name: "mixed-data.xml",
    source: "<a>intro<b>1</b></a>",
    text: "a: intro1",
  },
  {
    name: "late-text.xml",
    source: "<a><b><c>1</c><d>2</d></b>later<e>3</e></a>",
    text: "a\n\nb.c: 1\nb.d: 2\n\na: later\ne: 3",
  },
  { name: "root.xml", source: '<price currency="EUR">9</price>', text: "price: 9 (currency: EUR)" },
  { name: "spaces.xml", source: "<a>\n  <b>\n two\n   words </b>\n</a>", text: "a\nb: two words" },
  {
    name: "drawing.svg",
    source:
      '<svg xmlns="http://www.w3.org/2000/svg"><text x="1">Hall</text><text x="2">Room 9</text></svg>',
    text: "svg\ntext: Hall (x: 1)\ntext: Room 9 (x: 2)",
  },
  { name: "by-content", source: '<?xml version="1.0"?><a><b>1</b></a>', text: "a\nb: 1" },
  {
    name: "page.xml",
    source:
      '<?xml version="1.0"?><!DOCTYPE html><html><body><h1>Title</h1><p>Text</p></body></html>',
    text: "# Title\n\nText",
  },
  {
    name: "declared.xml",
    source: new Uint8Array(
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a><b>Straße</b></a>', "latin1"),
    ),
    text: "a\nb: Straße",
  },
  damaged("open.xml", "<a><b>1</a>"),
  damaged("cut.xml", "<a><b>1</b>"),
  damaged("words.xml", "no elements"),
  damaged(
    "attributes-many.xml",
    `<a ${Array.from({ length: 1_001 }, (_, at) => `a${at}="x"`).join(" ")}/>`,
  ),
  {
    name: "mixed-namespaces.xml",
    source:
      '<r xmlns:x="u" xmlns="d"><x:a x:b="1" c=\'it "is"\'>t<![CDATA[<5 & 6>]]>u</x:a><y xml:space="preserve">  k  </y>' +
      "<z>5<!-- 7 -->6</z><e>&#169; &amp;amp; &unknown;</e></r>",
    text: 'r\na: t<5 & 6>u (b: 1; c: it "is")\ny: k (space: preserve)\nz: 56\ne: © &amp; &unknown;',
  },
  {
    name: "rows.xml",
    source:
      "<t><row n='1'><cell>Name</cell><cell>EUR</cell></row><row n='2'><cell>Bolt</cell><cell/></row></t>",
    text: "t\n\nrow (n: 1)\nrow.cell: Name\nrow.cell: EUR\n\nrow (n: 2)\nrow.cell: Bolt\nrow.cell",
  },
];
