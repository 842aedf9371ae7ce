import type { LossCounter } from "../../knowledge/file-warnings.ts";
import type { XmlAttributes } from "./read-xml.ts";

type Drawing = { alt: string; shows: "nothing" | "image" | "object" };

/** The open drawings of a Word document: images, charts and shapes, of which the alternative text is kept. */
export class WordDrawings {
  readonly #losses: LossCounter;
  readonly #open: Drawing[] = [];

  constructor(losses: LossCounter) {
    this.#losses = losses;
  }

  /** Begins a drawing, or an embedded object. */
  begin(isObject: boolean): void {
    this.#open.push({ alt: "", shows: isObject ? "object" : "nothing" });
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
    } else if (name === "c:chart" || name === "dgm:relIds") drawing.shows = "object";
  }

  /** Ends a drawing. Returns its alternative text; "" if it has none, which counts as a loss if it shows something. */
  end(): string {
    const { alt = "", shows = "nothing" } = this.#open.pop() ?? {};
    if (alt.trim() !== "") return ` ${alt} `;
    if (shows === "image") this.#losses.add("images_without_text");
    if (shows === "object") this.#losses.add("objects_without_text");
    return "";
  }
}
