import type { XmlAttributes, XmlHandler } from "../xml/read-xml.ts";
import { formatChartNumber } from "./chart-numbers.ts";

/** A series of a chart: the names of its categories and its values, by the number of the point. */
export type ChartSeries = {
  readonly name: string;
  readonly categories: ReadonlyMap<number, string>;
  readonly values: ReadonlyMap<number, string>;
};

/** The words and values of a chart. `labels` are texts that stand beside single points. */
export type ReadChart = {
  readonly title: string;
  readonly categoryTitle: string;
  readonly valueTitle: string;
  readonly series: readonly ChartSeries[];
  readonly labels: readonly string[];
};

type OpenSeries = {
  name: string;
  /** The levels of the categories, the innermost first. */
  readonly levels: Map<number, string>[];
  readonly values: Map<number, string>;
};

type Data = "name" | "categories" | "values" | "sizes";

/** The elements that contain one kind of data of a series. */
const DATA: ReadonlyMap<string, Data> = new Map([
  ["tx", "name"],
  ["cat", "categories"],
  ["xVal", "categories"],
  ["val", "values"],
  ["yVal", "values"],
  ["bubbleSize", "sizes"],
  ["strDim", "categories"],
  ["numDim", "values"],
]);
const CATEGORY_AXES = new Set(["catAx", "dateAx", "serAx"]);

/** Reads the elements of a chart, whose values Word keeps beside the workbook they come from. */
export class ChartReader implements XmlHandler {
  readonly #path: string[] = [];
  readonly #series: OpenSeries[] = [];
  readonly #labels: string[] = [];
  #title = "";
  #categoryTitle = "";
  #valueTitle = "";
  #name = "";
  #open: OpenSeries | null = null;
  #data: Data | null = null;
  #point = 0;
  #text = "";
  #format = "";
  #pointFormat = "";

  open(name: string, attributes: XmlAttributes): void {
    const local = name.slice(name.indexOf(":") + 1);
    this.#path.push(local);
    this.#text = "";
    if (local === "ser" || local === "data") {
      this.#open = { name: "", levels: [], values: new Map() };
      this.#series.push(this.#open);
    } else if (this.#open && DATA.has(local) && !this.#path.includes("dLbls")) {
      this.#data = DATA.get(local) ?? null;
      this.#format = "";
    } else if (local === "pt") {
      this.#point = Number(attributes.get("idx") ?? 0);
      this.#pointFormat = attributes.get("formatCode") ?? "";
    } else if (local === "dataId") {
      this.#nameSeries(Number(attributes.get("val") ?? 0));
    } else if (local === "lvl" || local === "strCache" || local === "numCache") {
      if (this.#data === "categories") this.#open?.levels.push(new Map());
      this.#format = attributes.get("formatCode") ?? this.#format;
    }
  }

  close(name: string): void {
    const local = name.slice(name.indexOf(":") + 1);
    if (local === "v" || (local === "pt" && this.#text !== "")) this.#endValue(this.#text);
    else if (local === "t") this.#endWords(this.#text);
    else if (local === "formatCode") this.#format = this.#text;
    else if (local === "p") this.#endWords(" ");
    this.#text = "";
    this.#path.pop();
    if (local === "ser" || local === "data") this.#open = null;
    if (DATA.has(local) && !this.#path.includes("dLbls")) this.#data = null;
  }

  text(text: string): void {
    this.#text += text;
  }

  /** Returns what was read. */
  finish(): ReadChart {
    return {
      title: this.#title.trim(),
      categoryTitle: this.#categoryTitle.trim(),
      valueTitle: this.#valueTitle.trim(),
      labels: this.#labels.map((label) => label.trim()).filter((label) => label !== ""),
      series: this.#series.map(({ name, levels, values }) => ({
        name: name.trim(),
        categories: joinLevels(levels),
        values,
      })),
    };
  }

  #endValue(text: string): void {
    const series = this.#open;
    if (!series || this.#data === null) {
      this.#endWords(text);
      return;
    }
    const value = formatChartNumber(text.trim(), this.#pointFormat || this.#format);
    if (this.#data === "name") series.name = `${series.name} ${text}`;
    else if (this.#data === "categories") {
      if (series.levels.length === 0) series.levels.push(new Map());
      series.levels.at(-1)?.set(this.#point, value);
    } else if (this.#data === "values") series.values.set(this.#point, value);
    else {
      // The size of a bubble is a second value of its point.
      const before = series.values.get(this.#point) ?? "";
      series.values.set(this.#point, `${before} (${value})`.trim());
    }
  }

  /** Newer kinds of charts have their data first, and then the names of the series with the numbers of their data. */
  #nameSeries(data: number): void {
    const series = this.#series[data];
    if (series) series.name = this.#name;
    this.#name = "";
  }

  #endWords(text: string): void {
    if (this.#path.includes("dLbls")) {
      if (this.#path.includes("p") && text !== " ") this.#labels.push(text);
    } else if (this.#path.some((element) => CATEGORY_AXES.has(element))) {
      if (this.#path.includes("title")) this.#categoryTitle += text;
    } else if (this.#path.includes("valAx")) {
      if (this.#path.includes("title")) this.#valueTitle += text;
    } else if (this.#path.includes("title")) this.#title += text;
    else if (this.#path.includes("series")) this.#name += text.trim();
  }
}

/** A category of several levels is named by all of them; an outer name holds until the next one. */
function joinLevels(levels: readonly ReadonlyMap<number, string>[]): Map<number, string> {
  const [inner, ...outer] = levels;
  if (!inner || outer.length === 0) return new Map(inner);
  const joined = new Map<number, string>();
  const current = outer.map(() => "");
  for (const point of [...inner.keys()].toSorted((left, right) => left - right)) {
    for (const [at, level] of outer.entries()) current[at] = level.get(point) ?? current[at] ?? "";
    const names = [...current.toReversed(), inner.get(point) ?? ""];
    joined.set(point, names.filter((name) => name !== "").join(", "));
  }
  return joined;
}
