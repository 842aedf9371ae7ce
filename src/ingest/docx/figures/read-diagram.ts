import { LossCounter } from "../../../knowledge/file-warnings.ts";
import { MarkdownWriter } from "../../markdown/markdown-writer.ts";
import type { Sliced } from "../../slices.ts";
import { readXml, type XmlAttributes, type XmlHandler } from "../xml/read-xml.ts";

/** A point of a diagram (SmartArt): its text, and the points under it in order. */
type Point = { text: string; isNode: boolean; readonly under: { id: string; order: number }[] };

/** Points that stand for the look of a diagram or its arrows. */
const NOT_NODES = new Set(["pres", "parTrans", "sibTrans"]);
const LEVELS_MAX = 20;

/** Reads a diagram (SmartArt) of a Word document as a list of the texts of its points, nested as they are. */
export function* readDiagram(xml: string, lengthMax: number): Sliced<string> {
  const reader = new DiagramReader();
  yield* readXml(xml, reader);
  const writer = new MarkdownWriter(lengthMax, new LossCounter());
  const seen = new Set<string>();
  for (const id of reader.listRoots()) writePoint(writer, reader.points, { id, level: 0 }, seen);
  // Points that no connection reaches.
  for (const id of reader.points.keys()) writePoint(writer, reader.points, { id, level: 0 }, seen);
  return writer.finish() ?? "";
}

type Place = { readonly id: string; readonly level: number };

function writePoint(
  writer: MarkdownWriter,
  points: ReadonlyMap<string, Point>,
  root: Place,
  seen: Set<string>,
): void {
  const waiting = [root];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const point = points.get(place.id);
    if (!point || seen.has(place.id)) continue;
    seen.add(place.id);
    const text = point.text.trim();
    const { level } = place;
    if (point.isNode && text !== "") {
      writer.openItem(level, "-");
      writer.text(text);
      writer.closeItem();
    }
    const next = point.isNode && text !== "" ? Math.min(level + 1, LEVELS_MAX) : level;
    const sorted = point.under.toSorted((left, right) => right.order - left.order);
    waiting.push(...sorted.map(({ id }) => ({ id, level: next })));
  }
}

class DiagramReader implements XmlHandler {
  readonly points = new Map<string, Point>();
  readonly #children = new Set<string>();
  #open: Point | null = null;
  #isText = false;

  /** Lists the points that are under no other one. */
  listRoots(): string[] {
    return [...this.points.keys()].filter((id) => !this.#children.has(id));
  }

  open(name: string, attributes: XmlAttributes): void {
    const local = name.slice(name.indexOf(":") + 1);
    if (name === "dgm:pt") {
      const type = attributes.get("type") ?? "node";
      this.#open = this.#findPoint(attributes.get("modelId") ?? "");
      this.#open.isNode = !NOT_NODES.has(type);
    } else if (name === "dgm:cxn" && (attributes.get("type") ?? "parOf") === "parOf") {
      const id = attributes.get("destId") ?? "";
      const order = Number(attributes.get("srcOrd") ?? 0) || 0;
      this.#findPoint(attributes.get("srcId") ?? "").under.push({ id, order });
      this.#children.add(id);
    } else if (local === "t" && name !== "dgm:t") this.#isText = true;
    else if (local === "br") this.text(" ");
  }

  close(name: string): void {
    if (name === "dgm:pt") this.#open = null;
    else if (name === "a:t") this.#isText = false;
    else if (name === "a:p" && this.#open) this.#open.text += " ";
  }

  text(text: string): void {
    if (this.#open && (this.#isText || text === " ")) this.#open.text += text;
  }

  #findPoint(id: string): Point {
    const known = this.points.get(id);
    if (known) return known;
    const point: Point = { text: "", isNode: false, under: [] };
    this.points.set(id, point);
    return point;
  }
}
