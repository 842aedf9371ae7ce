import type { LossCounter } from "../../knowledge/file-warnings.ts";
import type { XmlAttributes } from "./xml/read-xml.ts";

type Drawing = { alt: string; shows: "nothing" | "image" | "object"; readonly figures: string[] };

/** The texts of a drawing: its alternative text, and the words and values of its charts and diagrams as Markdown. */
type DrawingTexts = { readonly alt: string; readonly figures: readonly string[] };

/**
 * The open drawings of a Word document: images, charts and shapes, of which the alternative text is kept. `figures` has
 * the texts of charts and diagrams by the ids of their relations.
 */
export class WordDrawings {
  readonly #losses: LossCounter;
  readonly #figures: ReadonlyMap<string, string>;
  readonly #open: Drawing[] = [];

  constructor(losses: LossCounter, figures: ReadonlyMap<string, string>) {
    this.#losses = losses;
    this.#figures = figures;
  }

  /** Begins a drawing, or an embedded object. */
  begin(isObject: boolean): void {
    this.#open.push({ alt: "", shows: isObject ? "object" : "nothing", figures: [] });
  }

  /** Reads an element of a drawing. */
  open(name: string, attributes: XmlAttributes): void {
    const drawing = this.#open.at(-1);
    if (!drawing) return;
    if (name === "wp:docPr") {
      drawing.alt ||= attributes.get("descr") || attributes.get("title") || "";
    } else if (name === "v:shape") drawing.alt ||= attributes.get("alt") ?? "";
    else if (name === "v:textpath") drawing.alt ||= attributes.get("string") ?? "";
    else if (name === "a:blip" || name === "v:imagedata") {
      if (drawing.shows === "nothing") drawing.shows = "image";
    } else if (name === "c:chart" || name === "cx:chart" || name === "dgm:relIds") {
      const id = attributes.get(name === "dgm:relIds" ? "r:dm" : "r:id") ?? "";
      const figure = this.#figures.get(id) ?? "";
      if (figure === "") drawing.shows = "object";
      else drawing.figures.push(figure);
    }
  }

  /**
   * Ends a drawing. Returns its texts. One that shows something else, and has no alternative text, counts as a loss.
   */
  end(): DrawingTexts {
    const { alt = "", shows = "nothing", figures = [] } = this.#open.pop() ?? {};
    if (alt.trim() !== "") return { alt: ` ${alt} `, figures };
    if (shows === "image") this.#losses.add("images_without_text");
    if (shows === "object") this.#losses.add("objects_without_text");
    return { alt: "", figures };
  }
}
