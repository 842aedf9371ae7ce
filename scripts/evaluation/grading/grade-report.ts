import { table } from "../../terminal/table.ts";
import type { Graded, Verdict } from "./judge-answer.ts";

/** Characters of an answer beyond which it counts as long. */
const LONG_CHARACTERS = 600;

/** Formats the accuracy of answers, by kind of question and in total, and the lengths of the answers. */
export function formatGrades(graded: readonly Graded[]): string {
  const kinds = [...new Set(graded.map(({ question }) => question.kind))].toSorted();
  const rows = kinds.map((kind) =>
    formatRow(
      kind,
      graded.filter(({ question }) => question.kind === kind),
    ),
  );
  const head = ["kind", ...COLUMNS.map(([name]) => name), "accuracy"];
  const lengths = graded
    .filter(({ answer }) => answer.grounding?.status !== "abstained")
    .map(({ answer }) => answer.text.length)
    .toSorted((a, b) => a - b);
  const times = graded.map(({ answer }) => answer.ms).toSorted((a, b) => a - b);
  const summary = [
    `median answer ${median(lengths)} characters, longest ${lengths.at(-1) ?? 0}`,
    `${median(times).toFixed(1)} ms an answer (median)`,
  ];
  return [table([head, ...rows, formatRow("total", graded)]), summary.join("; ")].join("\n\n");
}

/** Formats the answers that are not right, each with what it lacks or should not have. */
export function formatFailures(graded: readonly Graded[], count: number): string {
  return graded
    .filter(({ verdict }) => verdict !== "right")
    .slice(0, count)
    .map(formatFailure)
    .join("\n\n");
}

const COLUMNS: readonly (readonly [string, (one: Graded) => boolean])[] = [
  ...(["right", "wrong", "abstained", "answered"] satisfies Verdict[]).map(
    (name) => [name, ({ verdict }: Graded) => verdict === name] as const,
  ),
  ["neighbour", ({ neighbours }) => neighbours.length > 0],
  ["long", ({ answer }) => answer.text.length > LONG_CHARACTERS],
  ["all", () => true],
];

function formatRow(name: string, graded: readonly Graded[]): string[] {
  const counts = COLUMNS.map(([, holds]) => String(graded.filter(holds).length));
  const right = graded.filter(({ verdict }) => verdict === "right").length;
  return [name, ...counts, (right / Math.max(1, graded.length)).toFixed(3)];
}

function formatFailure({ question, answer, verdict, missing, neighbours }: Graded): string {
  const { id, kind, history, answers, all, answerable } = question;
  const wanted = all.length > 0 ? all.join(" + ") : answers.join(" | ");
  const before = history.map(({ content }) => content).join(" / ");
  return [
    `${id} ${kind}: ${question.question}${before === "" ? "" : `  (after: ${before})`}`,
    `  wanted     ${answerable ? wanted : "no answer"}`,
    ...(missing.length > 0 && verdict === "wrong" ? [`  missing    ${missing.join(" + ")}`] : []),
    ...(neighbours.length > 0 ? [`  neighbour  ${neighbours.join(" | ")}`] : []),
    `  ${verdict.padEnd(10)} ${answer.text.replaceAll(/\s+/g, " ")} (${answer.grounding?.confidence.toFixed(2)})`,
  ].join("\n");
}

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;
