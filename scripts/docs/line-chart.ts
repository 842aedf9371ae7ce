/** A line of a chart: its name in the legend, its color, and its points in the units of the axes. */
type Line = {
  readonly name: string;
  readonly color: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isDashed?: true;
};

/** An axis: its label with the unit, and the value at its end. It begins with 0. */
type Axis = { readonly label: string; readonly max: number };

/** A chart of lines over a common axis. `bands` are shaded parts of it, each with a word that says why. */
export type Chart = {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly name: string }[];
};

const WIDTH = 860;
const HEIGHT = 250;
const LEFT = 70;
const RIGHT = 190;
const TOP = 34;
const BOTTOM = 44;
const TICKS = 5;

/** Draws charts below each other as one SVG document. `note` is a sentence under them. */
export function drawCharts(charts: readonly Chart[], note: string): string {
  const height = charts.length * HEIGHT + 30;
  const drawn = charts.map((chart, index) => drawChart(chart, index * HEIGHT)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${drawn}
<text x="${LEFT}" y="${height - 12}" fill="#555">${escapeText(note)}</text>
</svg>
`;
}

function drawChart({ title, x, y, lines, bands = [] }: Chart, top: number): string {
  const width = WIDTH - LEFT - RIGHT;
  const height = HEIGHT - TOP - BOTTOM;
  const bottom = top + TOP + height;
  const atX = (value: number) => round(LEFT + (value / x.max) * width);
  const atY = (value: number) => round(bottom - (Math.min(value, y.max) / y.max) * height);
  const parts = [
    `<text x="${LEFT}" y="${top + 20}" font-weight="bold">${escapeText(title)}</text>`,
    ...bands.flatMap(({ from, to, name }) => [
      `<rect x="${atX(from)}" y="${top + TOP}" width="${round(atX(to) - atX(from))}" height="${height}" fill="#f3e6d8"/>`,
      `<text x="${atX(from) + 4}" y="${top + TOP + 14}" fill="#865">${escapeText(name)}</text>`,
    ]),
    ...ticks(y.max).flatMap((value) => [
      `<line x1="${LEFT}" x2="${LEFT + width}" y1="${atY(value)}" y2="${atY(value)}" stroke="#ddd"/>`,
      `<text x="${LEFT - 8}" y="${atY(value) + 4}" text-anchor="end" fill="#555">${showNumber(value)}</text>`,
    ]),
    ...ticks(x.max).map(
      (value) =>
        `<text x="${atX(value)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${showNumber(value)}</text>`,
    ),
    `<text x="${LEFT + width / 2}" y="${bottom + 33}" text-anchor="middle">${escapeText(x.label)}</text>`,
    `<text transform="translate(${LEFT - 52} ${bottom - height / 2}) rotate(-90)" text-anchor="middle">${escapeText(y.label)}</text>`,
    ...lines.flatMap(({ name, color, points, isDashed }, index) => {
      const style = `stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ""}`;
      const path = points.map(([px, py]) => `${atX(px)},${atY(py)}`).join(" ");
      const at = top + TOP + 12 + index * 20;
      const side = LEFT + width + 14;
      return [
        `<polyline points="${path}" fill="none" ${style}/>`,
        `<line x1="${side}" x2="${side + 22}" y1="${at - 4}" y2="${at - 4}" ${style}/>`,
        `<text x="${side + 28}" y="${at}">${escapeText(name)}</text>`,
      ];
    }),
  ];
  return parts.join("\n");
}

const ticks = (max: number) => Array.from({ length: TICKS + 1 }, (_none, n) => (max * n) / TICKS);
const round = (value: number) => Math.round(value * 10) / 10;
const showNumber = (value: number) => round(value).toLocaleString("en-US");
const escapeText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
