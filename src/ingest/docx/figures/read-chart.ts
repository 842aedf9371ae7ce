import { LossCounter } from "../../../knowledge/file-warnings.ts";
import { MarkdownWriter } from "../../markdown/markdown-writer.ts";
import type { Sliced } from "../../slices.ts";
import { readXml } from "../xml/read-xml.ts";
import { ChartReader, type ChartSeries, type ReadChart } from "./chart-reader.ts";

/**
 * Reads a chart of a Word document: its title, and a table with a row for each category and a column for each series.
 * Returns "" if the chart has neither values nor words.
 */
export function* readChart(xml: string, lengthMax: number): Sliced<string> {
  const reader = new ChartReader();
  yield* readXml(xml, reader);
  const chart = reader.finish();
  const writer = new MarkdownWriter(lengthMax, new LossCounter());
  if (chart.title !== "") writer.insert(chart.title);
  for (const group of groupByCategories(chart.series)) writeTable(writer, chart, group);
  for (const label of chart.labels) writer.insert(label);
  return writer.finish() ?? "";
}

/** A chart has at most as many rows and columns as its file has values, so its table is no larger. */
function writeTable(
  writer: MarkdownWriter,
  { categoryTitle, valueTitle }: ReadChart,
  series: readonly ChartSeries[],
): void {
  const [first] = series;
  if (!first) return;
  writer.openTable();
  const names = series.map(({ name }) => name || (series.length === 1 ? valueTitle : ""));
  writeRow(writer, "header", [categoryTitle, ...names]);
  const rows = new Set([...first.categories.keys(), ...series.flatMap(listRows)]);
  for (const row of [...rows].toSorted((left, right) => left - right)) {
    const category = first.categories.get(row) ?? "";
    writeRow(writer, "data", [category, ...series.map((one) => one.values.get(row) ?? "")]);
  }
  writer.closeTable();
  // The title of the values stands for itself where the columns have names of their own.
  if (valueTitle !== "" && !names.includes(valueTitle)) writer.insert(valueTitle);
}

const listRows = ({ values }: ChartSeries) => [...values.keys()];

function writeRow(writer: MarkdownWriter, kind: "header" | "data", cells: readonly string[]): void {
  writer.openRow();
  for (const cell of cells) {
    writer.openCell({ kind });
    writer.text(cell);
  }
  writer.closeRow();
}

/** Series with the same categories share a table. */
function groupByCategories(series: readonly ChartSeries[]): ChartSeries[][] {
  const groups = Map.groupBy(series, ({ categories }) => JSON.stringify([...categories]));
  return [...groups.values()];
}
