import { deflateRawSync, deflateSync } from "node:zlib";

/** Small handmade documents, so that no test depends on files of another program. */

/**
 * Makes a PDF file with a page for each list of lines. With `encrypt` it looks as if it needed a password. `stream`
 * replaces the content stream of the first page.
 */
export function pdf(
  pages: readonly (readonly string[])[],
  { encrypt = false, stream }: { encrypt?: boolean; stream?: Uint8Array } = {},
): Uint8Array {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  const object = (...body: readonly (string | Uint8Array)[]) => {
    offsets.push(Buffer.concat(parts).length);
    parts.push(Buffer.from(`${offsets.length} 0 obj\n`));
    for (const part of body) parts.push(Buffer.from(part));
    parts.push(Buffer.from("\nendobj\n"));
  };
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ");
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const [index, lines] of pages.entries()) {
    object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * index} 0 R `,
      "/Resources << /Font << /F1 3 0 R >> >> >>",
    );
    const shown = lines.map((line) => (line === "" ? "0 -16 Td" : `(${line}) Tj 0 -14 Td`));
    const content = deflateSync(`BT /F1 12 Tf 72 720 Td ${shown.join(" ")} ET`);
    const data = index === 0 && stream ? stream : content;
    object(`<< /Filter /FlateDecode /Length ${data.length} >>\nstream\n`, data, "\nendstream");
  }
  if (encrypt) {
    const key = "00".repeat(32);
    object(`<< /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`);
  }
  const start = Buffer.concat(parts).length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(Buffer.from(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows}`));
  const id = "<00000000000000000000000000000000>";
  const secret = encrypt ? `/Encrypt ${offsets.length} 0 R /ID [${id} ${id}]` : "";
  parts.push(
    Buffer.from(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R ${secret} >>\n`),
    Buffer.from(`startxref\n${start}\n%%EOF\n`),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** A file in a zip archive. */
export type ZipPart = {
  readonly name: string;
  readonly data: string | Uint8Array;
  /** The decompressed size that the directory declares, in bytes, if it is to be false. */
  readonly sizeDeclared?: number;
  readonly flags?: number;
};

/** Makes a zip file. */
export function zip(entries: readonly ZipPart[]): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, sizeDeclared, flags = 0 } of entries) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(raw.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(sizeDeclared ?? raw.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    files.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...files, index, end]));
}

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";

/** Makes a DOCX file whose body is the given WordprocessingML. */
export function docx(body: string, document: Partial<ZipPart> = {}): Uint8Array {
  return zip([
    {
      name: "[Content_Types].xml",
      data: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    {
      name: "_rels/.rels",
      data: `<Relationships xmlns="${RELS}"><Relationship Id="r1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: "word/document.xml",
      data: `<?xml version="1.0"?><w:document ${WORD}><w:body>${body}</w:body></w:document>`,
      ...document,
    },
  ]);
}

/** Makes a paragraph in WordprocessingML. */
export const paragraph = (text: string, style = "") =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`;
