/** The viewer of PDF files: pdf.js, whose parser runs in a worker. This file is loaded when a PDF is opened. */
import { getDocument, PDFWorker } from "pdfjs-dist";
// oxlint-disable-next-line import/default -- the build makes the file's address of it; see modules.d.ts
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs";

/** A PDF file that is open. */
export type PdfDocument = {
  readonly pages: number;
  /** Finds the first page whose text has the quote; null if none has. */
  findPage(quote: string): Promise<number | null>;
  /** Draws a page into `place`, as wide as that, and marks the quote in it. */
  draw(page: number, place: HTMLElement, quote: string): Promise<void>;
  close(): Promise<void>;
};

/** Pages in which a quote is looked for. */
const SEARCHED_MAX = 500;

type WorkerAddress = { readonly createScriptURL: (url: string) => string };
declare const trustedTypes:
  | { createPolicy(name: string, rules: WorkerAddress): WorkerAddress }
  | undefined;

/** The one policy of the console: it takes the address of the worker below, and no other. */
const rules: WorkerAddress = {
  createScriptURL: (url) => {
    if (url !== workerUrl) throw new Error("Only the worker of pdf.js may be started");
    return url;
  },
};
const policy =
  typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("edgewise", rules);

/** Opens a PDF file. Throws if it is none, or is encrypted with a password. */
export async function openPdf(data: ArrayBuffer): Promise<PdfDocument> {
  const port = new Worker(policy.createScriptURL(workerUrl), { type: "module" });
  const worker = PDFWorker.create({ port });
  const document = await getDocument({ data, worker, isEvalSupported: false, useWasm: false })
    .promise;
  const readItems = async (page: number) => {
    const { items } = await (await document.getPage(page)).getTextContent();
    return items.flatMap((item) => ("str" in item ? [item] : []));
  };
  return {
    pages: document.numPages,
    async findPage(quote) {
      const wanted = squeeze(quote).slice(0, 60);
      for (let page = 1; page <= Math.min(document.numPages, SEARCHED_MAX); page++) {
        const text = squeeze((await readItems(page)).map(({ str }) => str).join(""));
        if (text.includes(wanted)) return page;
      }
      return null;
    },
    async draw(number, place, quote) {
      const page = await document.getPage(number);
      const plain = page.getViewport({ scale: 1 });
      const scale = (place.clientWidth || plain.width) / plain.width;
      const viewport = page.getViewport({ scale });
      const canvas = globalThis.document.createElement("canvas");
      const sharp = Math.min(2, devicePixelRatio);
      canvas.width = Math.floor(viewport.width * sharp);
      canvas.height = Math.floor(viewport.height * sharp);
      place.replaceChildren(canvas);
      const transform = [sharp, 0, 0, sharp, 0, 0];
      await page.render({ canvas, viewport, transform }).promise;
      for (const box of findBoxes(await readItems(number), quote)) {
        const [x, y] = viewport.convertToViewportPoint(box.x, box.y + box.height);
        const mark = globalThis.document.createElement("div");
        mark.className = "pdf-mark";
        // In shares of the page, so that it stays on its words when the page becomes narrower.
        Object.assign(mark.style, {
          left: share(x, viewport.width),
          top: share(y, viewport.height),
          width: share(box.width * scale, viewport.width),
          height: share(box.height * scale * 1.2, viewport.height),
        });
        place.append(mark);
      }
      place.querySelector(".pdf-mark")?.scrollIntoView({ block: "center" });
    },
    async close() {
      await document.loadingTask.destroy();
      port.terminate();
    },
  };
}

const share = (part: number, whole: number) => `${(100 * part) / whole}%`;

type Item = {
  readonly str: string;
  readonly transform: number[];
  readonly width: number;
  readonly height: number;
};
type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Finds the boxes of the text items that the quote covers, in points from the page's lower left corner. */
function findBoxes(items: readonly Item[], quote: string): Box[] {
  const wanted = squeeze(quote);
  if (wanted === "") return [];
  const ends: number[] = [];
  let text = "";
  for (const { str } of items) {
    text += squeeze(str);
    ends.push(text.length);
  }
  const from = text.indexOf(wanted);
  if (from < 0) return [];
  return items.flatMap(({ transform, width, height }, index) => {
    const [begin, end] = [ends[index - 1] ?? 0, ends[index] ?? 0];
    if (end <= from || begin >= from + wanted.length || end === begin) return [];
    return [{ x: transform[4] ?? 0, y: (transform[5] ?? 0) - height * 0.2, width, height }];
  });
}

/** Takes out what extraction and the text layer write differently: spaces, hyphens at the ends of lines, Markdown. */
const squeeze = (text: string) =>
  text
    .normalize("NFKC")
    .replaceAll(/[\s\u00ad#*|_-]+/g, "")
    .toLowerCase();
