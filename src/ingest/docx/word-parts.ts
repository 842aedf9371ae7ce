import { err, ok, type Result } from "../../result.ts";
import {
  DOCX_MARKS_MAX,
  DOCX_TAG_MARKS_MAX,
  DOCX_XML_BYTES_MAX,
  invalid,
} from "../extract-limits.ts";
import type { ExtractRefusal } from "../ingest-types.ts";
import { finishInTurns, type Sliced } from "../slices.ts";
import { inflateEntry, type ZipEntry } from "../zip/unzip.ts";
import { measureXml } from "./xml/measure-xml.ts";
import { readXml, type XmlHandler } from "./xml/read-xml.ts";

/** A reference of one part of a document to another: the last word of its type, such as "header", and the part's name. */
export type WordRelation = { readonly id: string; readonly type: string; readonly target: string };

/** The parts of a Word document in its zip archive. Reads only those that are asked for, within limits on all of them. */
export class WordParts {
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  #bytesLeft = DOCX_XML_BYTES_MAX;
  #marks = 0;

  constructor(bytes: Uint8Array, entries: readonly ZipEntry[]) {
    this.#bytes = bytes;
    this.#entries = new Map(entries.map((entry) => [normalizeName(entry.name), entry]));
  }

  /** Reads the text of a part; null if there is none of this name. */
  async read(name: string): Promise<Result<string | null, ExtractRefusal>> {
    const entry = this.#entries.get(normalizeName(name));
    if (!entry) return ok(null);
    if (entry.isEncrypted) {
      return invalid(
        "The file is protected by a password. Save it without one and upload it again.",
      );
    }
    if (entry.sizeDeclared > this.#bytesLeft) return tooLarge();
    const data = await inflateEntry(this.#bytes, entry, this.#bytesLeft);
    if (!data) return tooLarge();
    this.#bytesLeft -= data.length;
    const { marks, marksMost } = await finishInTurns(measureXml(data));
    this.#marks += marks;
    if (this.#marks > DOCX_MARKS_MAX || marksMost > DOCX_TAG_MARKS_MAX) return tooManyElements();
    return ok(decodeXml(data));
  }

  /** Reads the relations of a part, or of the whole document for "". */
  async readRelations(part: string): Promise<Result<WordRelation[], ExtractRefusal>> {
    const slash = part.lastIndexOf("/") + 1;
    const folder = part.slice(0, slash);
    const xml = await this.read(`${folder}_rels/${part.slice(slash)}.rels`);
    if (!xml.ok) return xml;
    return ok(xml.value === null ? [] : await finishInTurns(readRelations(xml.value, folder)));
  }
}

/** Part names are compared without case; some programs write them with backslashes or with a slash before them. */
function normalizeName(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\/+/, "").toLowerCase();
}

function* readRelations(xml: string, folder: string): Sliced<WordRelation[]> {
  const relations: WordRelation[] = [];
  const handler: XmlHandler = {
    open(name, attributes) {
      if (!name.endsWith("Relationship") || attributes.get("TargetMode") === "External") return;
      const type = attributes.get("Type") ?? "";
      relations.push({
        id: attributes.get("Id") ?? "",
        type: type.slice(type.lastIndexOf("/") + 1),
        target: resolveTarget(folder, attributes.get("Target") ?? ""),
      });
    },
    close() {},
    text() {},
  };
  yield* readXml(xml, handler);
  return relations;
}

function resolveTarget(folder: string, target: string): string {
  const path = target.replaceAll("\\", "/");
  if (path.startsWith("/")) return path.slice(1);
  const steps: string[] = [];
  for (const step of `${folder}${path}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== ".") steps.push(step);
  }
  return steps.join("/");
}

const ENCODING = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/;

/** Decodes XML: by its byte order mark, else by its declaration, else as UTF-8. */
function decodeXml(data: Uint8Array): string {
  const [first, second] = data;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(data);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(data);
  if (first === 0x3c && second === 0) return new TextDecoder("utf-16le").decode(data);
  if (first === 0 && second === 0x3c) return new TextDecoder("utf-16be").decode(data);
  const declared = ENCODING.exec(String.fromCharCode(...data.subarray(0, 200)))?.[1];
  try {
    return new TextDecoder(declared ?? "utf-8").decode(data);
  } catch {
    return new TextDecoder().decode(data);
  }
}

const tooLarge = () =>
  invalid(
    `The DOCX document is damaged or unpacks to more than ${DOCX_XML_BYTES_MAX / 1024 / 1024} MB of XML. ` +
      "Split it into smaller documents, or save it as PDF.",
  );

const tooManyElements = () =>
  invalid(
    `The DOCX document has more than ${DOCX_MARKS_MAX} XML elements, or more than ${DOCX_TAG_MARKS_MAX} attributes in ` +
      "one. Split it into smaller documents, or save it as PDF.",
  );

/** Makes the refusal of a DOCX file whose XML is not complete. */
export const damagedDocx = () =>
  err<ExtractRefusal>({
    code: "invalid_file",
    message: "The file is a damaged DOCX document. Open it in Word, save it again and upload that.",
  });
