import type { FormatFile } from "../format-file.ts";
import { p, run, word } from "./word-markup.ts";

const CHART =
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
const CHART_EX =
  'xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
const DIAGRAM =
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';

const words = (text: string) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
const title = (text: string) => `<c:title><c:tx><c:rich>${words(text)}</c:rich></c:tx></c:title>`;
const points = (values: readonly string[]) =>
  values.map((value, index) => `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`).join("");
const strings = (values: readonly string[]) =>
  `<c:strRef><c:f>Sheet1!A1</c:f><c:strCache><c:ptCount val="9"/>${points(values)}</c:strCache></c:strRef>`;
const numbers = (values: readonly string[], format = "General") =>
  `<c:numRef><c:numCache><c:formatCode>${format}</c:formatCode>${points(values)}</c:numCache></c:numRef>`;
const series = (name: string, categories: string, values: string) =>
  `<c:ser><c:tx>${strings([name])}</c:tx><c:cat>${categories}</c:cat><c:val>${values}</c:val></c:ser>`;
const chart = (content: string) =>
  `<c:chartSpace ${CHART}><c:chart>${content}</c:chart></c:chartSpace>`;
const drawing = (content: string) => `<w:r><w:drawing><wp:docPr/>${content}</w:drawing></w:r>`;
const chartAt = (id: string) => drawing(`<c:chart ${CHART} r:id="${id}"/>`);

const node = (id: string, text: string, type = "node") =>
  `<dgm:pt modelId="${id}" type="${type}"><dgm:t>${words(text)}</dgm:t></dgm:pt>`;
const under = (from: string, to: string, order: number) =>
  `<dgm:cxn srcId="${from}" destId="${to}" srcOrd="${order}"/>`;

const YEARS = strings(["2021", "2022"]);

/** Word documents with charts and diagrams. */
export const DOCX_FIGURE_FILES: readonly FormatFile[] = [
  {
    name: "chart.docx",
    source: word(p(`${run("See the chart.")}${chartAt("rId0")}`) + p(run("After it.")), {
      chart: chart(
        `${title("Sales by year")}<c:plotArea><c:barChart>${series("North", YEARS, numbers(["10", "20.5"]))}</c:barChart>` +
          `<c:lineChart>${series("Share", YEARS, numbers(["0.25", "0.07"], "0%"))}</c:lineChart>` +
          `<c:catAx>${title("Year")}</c:catAx><c:valAx>${title("in EUR")}</c:valAx></c:plotArea>`,
      ),
    }),
    text:
      "See the chart.\n\nSales by year\n\n| Year | North | Share |\n| --- | --- | --- |\n| 2021 | 10 | 25% |\n" +
      "| 2022 | 20.5 | 7% |\n\nin EUR\n\nAfter it.",
  },
  {
    name: "dates-in-chart.docx",
    source: word(p(chartAt("rId0")), {
      chart: chart(
        `<c:lineChart>${series("Level", numbers(["44197", "44228"], "m/d/yyyy"), numbers(["3", "4"]))}</c:lineChart>`,
      ),
    }),
    text: "| | Level |\n| --- | --- |\n| 2021-01-01 | 3 |\n| 2021-02-01 | 4 |",
  },
  {
    name: "new-chart.docx",
    source: word(p(drawing(`<cx:chart ${CHART_EX} r:id="rId0"/>`)), {
      chartEx:
        `<cx:chartSpace ${CHART_EX}><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl>` +
        '<cx:pt idx="0">Visits</cx:pt><cx:pt idx="1">Orders</cx:pt></cx:lvl></cx:strDim><cx:numDim type="val">' +
        '<cx:lvl formatCode="General"><cx:pt idx="0">500</cx:pt><cx:pt idx="1">70</cx:pt></cx:lvl></cx:numDim>' +
        `</cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:rich>${words("Funnel")}</cx:rich></cx:tx></cx:title>` +
        '<cx:plotArea><cx:series><cx:tx><cx:txData><cx:v>May</cx:v></cx:txData></cx:tx><cx:dataId val="0"/>' +
        "</cx:series></cx:plotArea></cx:chart></cx:chartSpace>",
    }),
    text: "Funnel\n\n| | May |\n| --- | --- |\n| Visits | 500 |\n| Orders | 70 |",
  },
  {
    name: "diagram.docx",
    source: word(p(drawing(`<dgm:relIds ${DIAGRAM} r:dm="rId0" r:lo="rId1"/>`)), {
      diagramData:
        `<dgm:dataModel ${DIAGRAM}><dgm:ptLst>${node("0", "", "doc")}${node("2", "Test")}${node("1", "Plan")}` +
        `${node("3", "Draft")}${node("4", "an arrow", "sibTrans")}</dgm:ptLst><dgm:cxnLst>${under("0", "2", 1)}` +
        `${under("0", "1", 0)}${under("1", "3", 0)}</dgm:cxnLst></dgm:dataModel>`,
    }),
    text: "- Plan\n  - Draft\n- Test",
  },
  {
    name: "chart-without-values.docx",
    source: word(p(`${run("Text.")}${chartAt("rId0")}${chartAt("rId7")}`), { chart: chart("") }),
    text: "Text.",
    warnings: ["2 embedded objects, charts or drawings without text"],
  },
];
