import { compressed, type PdfPart, pdfOf } from "../pdf-files.ts";

/** PDF files by what they try, with the text that is extracted from each. */
export type DrawnPdfs = Readonly<Record<string, readonly [make: () => Uint8Array, text: string]>>;

/** The options of a drawn PDF page. */
export type DrawnPage = {
  /** Content operators, as `at` and others make them. */
  readonly content: readonly string[];
  /** Annotations, each as the entries of its dictionary. */
  readonly annotations?: readonly string[];
  /** Further entries of the page's dictionary, such as `/Rotate 90`. */
  readonly entries?: string;
};

/** The options of a drawn PDF file. */
export type DrawnFile = {
  /** The dictionaries of the fonts F2, F3, … F1 is Helvetica. */
  readonly fonts?: readonly string[];
  /** Further entries of the catalog, such as `/PageLabels`. */
  readonly catalog?: string;
  /** Further objects, by number from 900 on. */
  readonly parts?: Readonly<Record<number, PdfPart | string>>;
};

/** Draws a PDF file with the given pages. */
export function drawPdf(
  pages: readonly DrawnPage[],
  { fonts = [], catalog = "", parts: others = {} }: DrawnFile = {},
): Uint8Array {
  const parts: Record<number, PdfPart | string> = {};
  let next = 1_000;
  const add = (part: PdfPart | string) => {
    parts[next] = part;
    return `${next++} 0 R`;
  };
  const named = fonts.map((font, index) => `/F${index + 2} ${add(font)}`).join(" ");
  const fields: string[] = [];
  const kids = pages.map(({ content, annotations = [], entries = "" }) => {
    const annots = annotations.map((annotation) => add(`<< /Type /Annot ${annotation} >>`));
    fields.push(...annots.filter((_, index) => annotations[index]?.includes("/Widget")));
    const contents = add(compressed(content.join("\n")));
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${contents} ${entries} ` +
        `/Annots [${annots.join(" ")}] /Resources << /Font << /F1 4 0 R ${named} >> >> >>`,
    );
  });
  parts[1] = `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${fields.join(" ")}] >> ${catalog} >>`;
  return pdfOf({ ...parts, ...others }, { kids: `[${kids.join(" ")}]`, count: pages.length });
}

/** The properties of a drawn piece of text. */
export type Drawing = {
  readonly size?: number;
  readonly font?: number;
  /** Operators before the text, such as `3 Tc`. */
  readonly state?: string;
  /** Rotation in degrees. */
  readonly angle?: number;
};

/** Draws a text at a position, in points from the lower left corner. */
export function at(
  x: number,
  y: number,
  text: string,
  { size = 12, font = 1, state = "0 Tc", angle = 0 }: Drawing = {},
): string {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const matrix = [cos, sin, -sin, cos].map((value) => value.toFixed(5)).join(" ");
  const shown = text.startsWith("<") ? text : `(${text.replaceAll(/[()\\]/gu, String.raw`\$&`)})`;
  return `BT /F${font} ${size} Tf ${state} ${matrix} ${x} ${y} Tm ${shown} Tj ET`;
}

/** Draws lines below each other. */
export const lines = (x: number, y: number, texts: readonly string[], drawing: Drawing = {}) =>
  texts.map((text, index) => at(x, y - index * 14, text, drawing));

/** The dictionary of a font for Chinese, Japanese or Korean that has a predefined character map and no program. */
export function cjkFont(map: string, ordering: string): string {
  return (
    `<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /${map} /DescendantFonts [<< /Type /Font ` +
    `/Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) ` +
    "/Supplement 2 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor /FontName /Song /Flags 6 " +
    "/FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /StemV 80 >> >>] >>"
  );
}

/** A font whose codes are the numbers of its glyphs, without a mapping to letters. */
export const UNMAPPED_FONT = cjkFont("Identity-H", "Identity");

/** A text as a string of 16-bit codes. `shift` is added to each code. */
export const utf16 = (text: string, shift = 0): string =>
  `<${Array.from({ length: text.length }, (_, index) =>
    (text.charCodeAt(index) + shift).toString(16).padStart(4, "0"),
  ).join("")}>`;

/** A text as a string of bytes in hexadecimal notation. */
export const bytes = (...codes: readonly number[]): string =>
  `<${codes.map((code) => code.toString(16).padStart(2, "0")).join("")}>`;
