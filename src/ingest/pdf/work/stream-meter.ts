import type { Buffer } from "node:buffer";

import { joinBytes } from "../../../join-bytes.ts";
import {
  PDF_BYTES_MAX,
  PDF_OBJECTS_MAX,
  PDF_PAGE_STEPS_MAX,
  PDF_STREAM_BYTES_MAX,
} from "../../extract-limits.ts";
import { finishInTurns, giveTurn } from "../../slices.ts";
import type { PdfDecryption } from "../encryption/decrypt-pdf.ts";
import { isSafeFont } from "../fonts/font-work.ts";
import { countRanges } from "../syntax/code-ranges.ts";
import type { PdfObjects, PdfStream } from "../syntax/pdf-objects.ts";
import { readObjectStream } from "../syntax/read-object-stream.ts";
import { findBody, hasPredictor, isZlib, readPdfStream } from "../syntax/read-pdf-stream.ts";
import { ContentWork } from "./content-work.ts";
import { isTable } from "./count-codes.ts";
import type { PdfRisk, StreamWork } from "./page-work.ts";

/** The steps that the library may take in bytes which were not seen, and why they were not. */
type Unseen = { readonly steps: number; readonly reason: "damaged" | "unmeasured" | null };

/** The use of a stream, which decides how it is measured. */
type Use = "objects" | "font" | "codes" | "content";

/** The usual first byte of data that is compressed with zlib. */
const ZLIB_METHOD = 0x78;
/** Bytes that are measured in 10 to 20 ms. */
const BYTES_A_SLICE = 1_000_000;
/** The shortest entry of a table of references has three bytes in practice. */
const ENTRY_BYTES_MIN = 3;
/** Maximum bytes that a damaged byte yields in the library, which decompresses with more leniency. */
const INFLATED_PER_BYTE_MAX = 1_032;
/** Maximum steps of a byte: an operator is a letter and a space. */
const STEPS_PER_BYTE_MAX = 0.5;
/** Characters that maps of characters may define in all fonts together, in about a second. */
const CODES_MAX = 16_000_000;
/** Bytes of all font programs, each as often as fonts use it: a large Chinese font has 20 MB. */
const FONT_BYTES_MAX = 128 * 1024 * 1024;

/**
 * Measures the streams of a PDF file: their decompressed bytes, and their steps of work for the PDF library. A stream
 * with another purpose than content, such as a font, counts as infinite work if a page calls it as content.
 */
export class StreamMeter {
  readonly works = new Map<PdfStream, StreamWork>();
  readonly #file: Buffer;
  readonly #objects: PdfObjects;
  readonly #decryption: PdfDecryption | null;
  #bytes = 0;
  #slice = 0;
  #codes = 0;
  #fontBytes = 0;

  constructor(file: Buffer, objects: PdfObjects, decryption: PdfDecryption | null) {
    this.#file = file;
    this.#objects = objects;
    this.#decryption = decryption;
  }

  /**
   * True if preparing the fonts would take too long. The PDF library prepares a font without a pause when a page first
   * uses it.
   */
  get hasTooManyFonts(): boolean {
    return this.#codes > CODES_MAX || this.#fontBytes > FONT_BYTES_MAX;
  }

  /**
   * Measures all streams. Returns the reason why the PDF library must not read the file, or null. Object streams come
   * first, since the objects in them say how other streams are used.
   */
  async measureAll(): Promise<PdfRisk | null> {
    const { streams } = this.#objects;
    for (const stream of streams.filter(isHolder)) {
      const risk = await this.#measure(stream, "objects");
      if (risk) return risk;
    }
    for (const stream of streams.filter((other) => !isHolder(other))) {
      const risk = await this.#measure(stream, this.#findUse(stream));
      if (risk) return risk;
    }
    return null;
  }

  #findUse({ number, dict }: PdfStream): Use {
    if (this.#objects.fontPrograms.has(number)) return "font";
    if (dict.has("Length1") || dict.has("Length2")) return "font";
    return this.#objects.codeMaps.has(number) ? "codes" : "content";
  }

  async #measure(stream: PdfStream, use: Use): Promise<PdfRisk | null> {
    const { start, end } = findBody(this.#file, this.#objects, stream);
    const body = this.#file.subarray(start, end);
    const decrypted = this.#decryption?.decrypt(stream, body) ?? null;
    // Which of the two the library reads, the file decides; both are measured.
    for (const data of decrypted ? [decrypted, body] : [body]) {
      const content = new StreamContent(use);
      const risk = await this.#measureData(stream, data, content);
      this.#slice += content.bytes + data.length;
      if (this.#slice > BYTES_A_SLICE) {
        this.#slice = 0;
        await giveTurn();
      }
      if (risk) return risk;
    }
    return null;
  }

  async #measureData(
    stream: PdfStream,
    data: Uint8Array,
    content: StreamContent,
  ): Promise<PdfRisk | null> {
    const end = await readPdfStream(this.#objects, stream.dict, data, content.add);
    this.#bytes += content.bytes;
    if (end === "unknown filter") return "unmeasured";
    if (end === "too much" || content.hasTooManyBytes || this.#bytes > PDF_BYTES_MAX)
      return "bytes";
    const isTooLong = content.bytes > PDF_OBJECTS_MAX * ENTRY_BYTES_MIN;
    if (isTable(stream.dict) && isTooLong) return "objects";
    const isChanged = hasPredictor(this.#objects, stream.dict);
    const hidden = isChanged ? content.bytes : 0;
    const damaged = end === "damaged" ? data.length * INFLATED_PER_BYTE_MAX : 0;
    const steps = (hidden + damaged) * STEPS_PER_BYTE_MAX;
    const reason = damaged > 0 ? "damaged" : steps > 0 ? "unmeasured" : null;
    return await this.#judge(stream, content, { steps, reason });
  }

  async #judge(stream: PdfStream, content: StreamContent, unseen: Unseen): Promise<PdfRisk | null> {
    const { use } = content;
    if (use === "objects") {
      if (content.bytes === 0) return null;
      const isRead =
        !unseen.reason && (await readObjectStream(this.#objects, stream, content.join()));
      return isRead ? null : (unseen.reason ?? "unmeasured");
    }
    if (use === "font") {
      this.#fontBytes += content.bytes * (this.#objects.fontPrograms.get(stream.number) ?? 1);
      const isSafe = !unseen.reason && (await finishInTurns(isSafeFont(content.join())));
      if (!isSafe) this.#overwrite(stream);
      this.#keep(stream, { steps: Infinity, calls: new Map(), reason: "unmeasured" });
      return null;
    }
    const work = content.finish();
    const steps = work.steps + unseen.steps;
    const isSeen = work.steps >= unseen.steps;
    const reason = (isSeen ? null : unseen.reason) ?? "operators";
    this.#keep(stream, { steps, calls: work.calls, reason });
    if (use !== "codes") return null;
    if (steps > PDF_PAGE_STEPS_MAX) return reason === "operators" ? "fonts" : reason;
    const codes = work.hasRanges ? countRanges(content.join()) : 0;
    this.#codes += codes * (this.#objects.codeMaps.get(stream.number) ?? 1);
    return null;
  }

  #overwrite(stream: PdfStream): void {
    const { start, end } = findBody(this.#file, this.#objects, stream);
    this.#file.fill(0, start, end);
  }

  #keep(stream: PdfStream, work: StreamWork): void {
    const before = this.works.get(stream);
    if (!before || before.steps < work.steps) this.works.set(stream, work);
  }
}

/** Detects a stream of objects. */
const isHolder = ({ dict }: PdfStream) => dict.has("N") && dict.has("First");

/** The content of a stream while it is measured. */
class StreamContent {
  readonly use: Use;
  bytes = 0;
  readonly #work = new ContentWork();
  #isCompressedTwice = false;
  readonly #pieces: Uint8Array[] = [];

  constructor(use: Use) {
    this.use = use;
  }

  /** True when the stream unpacks to more than allowed, or to another compressed stream. */
  get hasTooManyBytes(): boolean {
    return this.bytes > PDF_STREAM_BYTES_MAX || this.#isCompressedTwice;
  }

  /** Counts a piece; false when it is too much. */
  readonly add = (piece: Uint8Array): boolean => {
    // Only a bomb is.
    if (this.bytes === 0) this.#isCompressedTwice = isZlib(piece) && piece[0] === ZLIB_METHOD;
    this.bytes += piece.length;
    if (this.use !== "content") this.#pieces.push(piece);
    if (this.use === "content" || this.use === "codes") this.#work.add(piece);
    return !this.hasTooManyBytes && this.#work.steps <= PDF_PAGE_STEPS_MAX;
  };

  /** Returns the work of the content, once all of it was added. */
  finish(): ContentWork {
    this.#work.finish();
    return this.#work;
  }

  /** Returns the content as one array. */
  join(): Uint8Array {
    const [first] = this.#pieces;
    if (first && this.#pieces.length === 1) return first;
    return joinBytes(this.#pieces);
  }
}
