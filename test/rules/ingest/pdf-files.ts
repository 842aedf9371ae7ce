import { createCipheriv, createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

import { hash20 } from "../../../src/ingest/pdf/encryption/derive-pdf-key.ts";
import { applyRc4 } from "../../../src/ingest/pdf/encryption/rc4.ts";

/** Bytes that stand for random ones, so that the files are the same in each run. */
const arbitraryBytes = (length: number, name: string): Buffer =>
  createHash("sha512").update(name).digest().subarray(0, length);

/** An object of a PDF file: its value and, for a stream, its content. */
export type PdfPart = { readonly value: string; readonly stream?: Uint8Array };

/** Makes a compressed PDF stream. `entries` are added to its dictionary. */
export const compressed = (content: string | Uint8Array, entries = ""): PdfPart => ({
  value: `${entries} /Filter /FlateDecode`,
  stream: deflateSync(content),
});

/** Makes an uncompressed PDF stream. `entries` are added to its dictionary. */
export const stream = (content: string | Uint8Array, entries = ""): PdfPart => ({
  value: entries,
  stream: Buffer.from(content),
});

/** The content stream of a PDF page that shows one sentence. */
export const SENTENCE = "BT /F1 12 Tf 72 720 Td (A badger digs setts) Tj ET ";

/** The options of `pdfOf`, each with a valid default. */
export type PdfOptions = {
  /** Further entries of the page's resources, besides its font. */
  readonly resources?: string;
  readonly contents?: string;
  readonly kids?: string;
  readonly count?: number;
  readonly encrypt?: PdfEncryption;
};

/**
 * Makes a PDF file with one page. Its objects 1 to 3 are the catalog, the root of the page tree and the page, 4 is the
 * font, 5 the content; `parts` replaces or adds objects by number.
 */
export function pdfOf(
  parts: Readonly<Record<number, PdfPart | string>>,
  { resources = "", contents = "5 0 R", kids = "[3 0 R]", count = 1, encrypt }: PdfOptions = {},
): Uint8Array {
  const all: Readonly<Record<number, PdfPart | string>> = {
    1: "<< /Type /Catalog /Pages 2 0 R >>",
    2: `<< /Type /Pages /Count ${count} /Kids ${kids} >>`,
    3:
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${contents} ` +
      `/Resources << /Font << /F1 4 0 R >> ${resources} >> >>`,
    4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    5: compressed(SENTENCE),
    ...parts,
  };
  const offsets = new Map<number, number>();
  const pieces: Buffer[] = [];
  let length = 0;
  const write = (...written: readonly (string | Uint8Array)[]) => {
    for (const piece of written) {
      pieces.push(Buffer.from(piece));
      length += piece.length;
    }
  };
  write("%PDF-1.7\n");
  for (const [key, part] of Object.entries(all)) {
    const number = Number(key);
    offsets.set(number, length);
    write(`${key} 0 obj\n`);
    if (typeof part === "string") write(part);
    else if (part.stream === undefined) write(part.value);
    else {
      const data = encrypt ? encrypt.encrypt(number, part.stream) : part.stream;
      write(`<< ${part.value} /Length ${data.length} >>\nstream\n`, data, "\nendstream");
    }
    write("\nendobj\n");
  }
  const start = length;
  const size = Math.max(...offsets.keys()) + 1;
  const rows = Array.from({ length: size }, (_, number) => {
    const offset = offsets.get(number);
    return offset === undefined
      ? "0000000000 65535 f \n"
      : `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const trailer = `/Size ${size} /Root 1 0 R ${encrypt?.trailer ?? ""}`;
  write(`xref\n0 ${size}\n${rows.join("")}trailer\n<< ${trailer} >>\nstartxref\n${start}\n%%EOF\n`);
  return new Uint8Array(Buffer.concat(pieces));
}

/**
 * An encryption of a PDF file with an empty password: a function that encrypts a stream, and the entries for the
 * trailer.
 */
export type PdfEncryption = {
  encrypt(number: number, data: Uint8Array): Uint8Array;
  readonly trailer: string;
};

const hex = (bytes: Uint8Array) => `<${Buffer.from(bytes).toString("hex")}>`;
const md5 = (...parts: readonly Uint8Array[]) =>
  createHash("md5").update(Buffer.concat(parts)).digest();
const PADDING = Buffer.from(
  "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a",
  "hex",
);

function encryptAes(cipher: string, key: Uint8Array, data: Uint8Array): Buffer {
  const vector = arbitraryBytes(16, "vector");
  const encrypting = createCipheriv(cipher, key, vector);
  return Buffer.concat([vector, encrypting.update(data), encrypting.final()]);
}

/** Makes an encryption with RC4 (V2) or AES (AESV2) and a key of 128 bits, as PDF 1.4 and 1.6 have it. */
export function encryption128(method: "V2" | "AESV2"): PdfEncryption {
  const owner = arbitraryBytes(32, "owner");
  const id = arbitraryBytes(16, "id");
  const flags = Buffer.from([0xfc, 0xff, 0xff, 0xff]);
  let key = md5(PADDING, owner, flags, id);
  for (let round = 0; round < 50; round++) key = md5(key);
  let check: Uint8Array = md5(PADDING, id);
  for (let round = 0; round < 20; round++) {
    check = applyRc4(
      key.map((byte) => byte ^ round),
      check,
    );
  }
  const isAes = method === "AESV2";
  const version = isAes
    ? "/V 4 /R 4 /CF << /StdCF << /CFM /AESV2 /Length 16 >> >> /StmF /StdCF /StrF /StdCF"
    : "/V 2 /R 3";
  const user = Buffer.concat([check, Buffer.alloc(16)]);
  return {
    encrypt: (number, data) => {
      const salt = Buffer.from([number & 0xff, number >> 8, 0, 0, 0]);
      const objectKey = md5(key, salt, Buffer.from(isAes ? "sAlT" : ""));
      return isAes ? encryptAes("aes-128-cbc", objectKey, data) : applyRc4(objectKey, data);
    },
    trailer:
      `/ID [${hex(id)} ${hex(id)}] /Encrypt << /Filter /Standard ${version} /Length 128 /P -4 ` +
      `/O ${hex(owner)} /U ${hex(user)} >>`,
  };
}

/**
 * Makes an encryption with AES and a key of 256 bits, as PDF 2.0 (revision 6) and a preliminary version of it (revision
 * 5) have it.
 */
export function encryption256(revision: 5 | 6): PdfEncryption {
  const hash = (salt: Uint8Array) =>
    revision === 6 ? hash20(salt) : createHash("sha256").update(salt).digest();
  const key = arbitraryBytes(32, "key");
  const [check, salt] = [arbitraryBytes(8, "check"), arbitraryBytes(8, "salt")];
  const encrypting = createCipheriv("aes-256-cbc", hash(salt), Buffer.alloc(16));
  encrypting.setAutoPadding(false);
  const userKey = Buffer.concat([encrypting.update(key), encrypting.final()]);
  return {
    encrypt: (_, data) => encryptAes("aes-256-cbc", key, data),
    trailer:
      `/Encrypt << /Filter /Standard /V 5 /R ${revision} /Length 256 /P -4 /StmF /StdCF /StrF /StdCF ` +
      `/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> /O ${hex(arbitraryBytes(48, "owner key"))} ` +
      `/OE ${hex(arbitraryBytes(32, "owner secret"))} /U ${hex(Buffer.concat([hash(check), check, salt]))} ` +
      `/UE ${hex(userKey)} /Perms ${hex(arbitraryBytes(16, "permissions"))} >>`,
  };
}

const LEVELS = 10;
const BIAS = 107;
/** Encodes the number of a subroutine. */
const encodeNumber = (value: number) => value - BIAS + 139;

/** Makes an index of a font program: offsets, and the items. */
function fontIndex(items: readonly (readonly number[])[]): number[] {
  if (items.length === 0) return [0, 0];
  const offsets = [1];
  for (const item of items) offsets.push((offsets.at(-1) ?? 0) + item.length);
  const pairs = offsets.flatMap((offset) => [offset >> 8, offset & 0xff]);
  return [items.length >> 8, items.length & 0xff, 2, ...pairs, ...items.flat()];
}

/**
 * Makes a font program in the Compact Font Format whose one glyph calls a subroutine `calls` times, which calls another
 * one as often, for ten levels.
 */
export function cffFont(calls: number): Uint8Array {
  const subroutines = Array.from({ length: LEVELS }, (_, level) => [
    ...Array.from({ length: level < LEVELS - 1 ? calls : 0 }, () => [
      encodeNumber(level + 1),
      29,
    ]).flat(),
    11,
  ]);
  const head = (glyphsAt: number) => [
    1,
    0,
    4,
    1,
    ...fontIndex([[65]]),
    ...fontIndex([[29, 0, 0, glyphsAt >> 8, glyphsAt & 0xff, 17]]),
    ...fontIndex([]),
    ...fontIndex(subroutines),
  ];
  return Uint8Array.from([...head(head(0).length), ...fontIndex([[encodeNumber(0), 29, 14]])]);
}

/** Makes a TrueType font program whose character table declares two billion characters. */
export function trueTypeFont(): Uint8Array {
  const font = Buffer.alloc(12 + 16 + 12 + 28);
  font.writeUInt32BE(0x10000, 0);
  font.writeUInt16BE(1, 4);
  font.write("cmap", 12, "latin1");
  font.writeUInt32BE(28, 12 + 8);
  font.writeUInt32BE(40, 12 + 12);
  const table = 28;
  font.writeUInt16BE(1, table + 2);
  font.writeUInt16BE(3, table + 4);
  font.writeUInt16BE(10, table + 6);
  font.writeUInt32BE(12, table + 8);
  const characters = table + 12;
  font.writeUInt16BE(12, characters);
  font.writeUInt32BE(1, characters + 12);
  font.writeUInt32BE(2_000_000_000, characters + 20);
  return new Uint8Array(font);
}
