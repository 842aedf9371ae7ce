import { type ZipPart, zip } from "../../documents.ts";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";
/** The declarations of the prefixes in a part of a document. */
export const NAMESPACES =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' +
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" ' +
  `xmlns:r="${OFFICE}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"';

/** Makes the part with relations, by their types and targets. */
export const relations = (list: readonly (readonly [type: string, target: string])[]) =>
  `<Relationships xmlns="${PACKAGE}">${list
    .map(
      ([type, target], at) =>
        `<Relationship Id="rId${at}" Type="${OFFICE}/${type}" Target="${target}"/>`,
    )
    .join("")}</Relationships>`;

/** Makes a Word document with further parts, by the type of their relation; the first has the id rId0. */
export function word(
  body: string,
  parts: Readonly<Record<string, string>> = {},
  { main = "word/document.xml", encode = (xml: string): string | Uint8Array => xml } = {},
): Uint8Array {
  const folder = main.slice(0, main.lastIndexOf("/") + 1);
  const base = main.slice(folder.length);
  const types = Object.keys(parts);
  const xml = `<?xml version="1.0"?><w:document ${NAMESPACES}><w:body>${body}</w:body></w:document>`;
  const entries: ZipPart[] = [
    { name: "_rels/.rels", data: relations([["officeDocument", main]]) },
    { name: main, data: encode(xml) },
    {
      name: `${folder}_rels/${base}.rels`,
      data: relations(types.map((type) => [type, `${type}.xml`])),
    },
    ...types.map((type) => ({ name: `${folder}${type}.xml`, data: parts[type] ?? "" })),
  ];
  return zip(entries);
}

/** Makes a run of text. */
export const run = (text: string, properties = "") =>
  `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
/** Makes a paragraph of runs. */
export const p = (content: string, properties = "") =>
  `<w:p>${properties && `<w:pPr>${properties}</w:pPr>`}${content}</w:p>`;
/** Makes an item of a numbered list. */
export const item = (text: string, numId = 1, level = 0) =>
  p(run(text), `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`);
/** Makes a level of a numbering. */
export const level = (at: number, format: string, text: string, start = 1) =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="${start}"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
/** Makes the part with the numberings; the first has the given levels. */
export const numbering = (levels: string, more = "") =>
  `<w:numbering ${NAMESPACES}><w:abstractNum w:abstractNumId="0">${levels}</w:abstractNum>` +
  `<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>${more}</w:numbering>`;
/** Makes a cell of a table. */
export const cell = (text: string, properties = "") =>
  `<w:tc><w:tcPr>${properties}</w:tcPr>${p(run(text))}</w:tc>`;
/** Makes a row of a table. */
export const row = (cells: string, properties = "") =>
  `<w:tr><w:trPr>${properties}</w:trPr>${cells}</w:tr>`;
/** Makes a paragraph that is an equation. */
export const math = (content: string) => p(`<m:oMath>${content}</m:oMath>`);
/** Makes a text in an equation. */
export const mr = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
/** Encodes XML in UTF-16. */
export const utf16 = (xml: string) => new Uint8Array(Buffer.from(`\ufeff${xml}`, "utf16le"));
