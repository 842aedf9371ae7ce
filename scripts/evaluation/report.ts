import { table } from "../terminal/table.ts";
import type { AnswerMeasures } from "./measure-answers.ts";
import type { InjectionMeasures, ProvocationMeasures } from "./measure-injections.ts";
import type { RankingMeasures } from "./measures.ts";
import type { Calibration } from "./reliability/bin-confidences.ts";

/** The results of `npm run eval` for one test collection. */
export type Report = {
  readonly collection: string;
  readonly documents: number;
  readonly failedDocuments: number;
  readonly queries: number;
  readonly search: Readonly<Record<string, RankingMeasures>>;
  readonly answers: AnswerMeasures | null;
};

/** Prints the results of an evaluation as tables. */
export function printReport(report: Report): void {
  const { collection, documents, queries, search, answers } = report;
  console.log(
    `\n${collection}: ${documents} documents, ${queries} queries with relevant documents`,
  );
  if (queries > 0) {
    const rows = Object.entries(search).map(([mode, measures]) => [
      mode,
      measures.ndcgAt10.toFixed(3),
      measures.recallAt10.toFixed(3),
      measures.recallAt50.toFixed(3),
      measures.mrrAt10.toFixed(3),
    ]);
    const heading = ["search", "nDCG@10", "recall@10", "recall@50", "MRR@10"];
    console.log(`\n${table([heading, ...rows])}`);
  }
  if (answers) printAnswers(answers);
}

function printAnswers(answers: AnswerMeasures): void {
  const { questions, answerable, auroc } = answers;
  const rows = [
    ["answers", ""],
    ["questions asked over the whole store", String(questions)],
    ["of them answerable", String(answerable)],
    [
      "answer recall (a gold answer in ≤ 2 sentences and 300 characters)",
      percent(answers.answerRecall),
    ],
    ["answers longer than that", percent(answers.tooLong)],
    [`quotes that match their span (of ${answers.citations})`, percent(answers.quotesTrue)],
    ["answerable questions whose answer cites the gold document", percent(answers.goldCited)],
    ["abstained where an answer exists", percent(answers.abstainedAnswerable)],
    ["abstained where none exists", percent(answers.abstainedUnanswerable)],
    ["AUROC of the confidence", auroc === null ? "–" : auroc.toFixed(3)],
    ["median time to an answer", `${answers.msMedian.toFixed(0)} ms`],
  ];
  console.log(`\n${table(rows)}`);
  const curve = answers.curve.map((point) => [
    point.threshold.toFixed(3),
    percent(point.answerRecall),
    percent(point.abstainedAnswerable),
    percent(point.abstainedUnanswerable),
  ]);
  const heading = ["abstain below", "answer recall", "answerable lost", "unanswerable refused"];
  console.log(`\n${table([heading, ...curve])}`);
  printCalibration(answers.calibration);
}

function printCalibration({ bins, error }: Calibration): void {
  const heading = ["confidence from", "answers", "mean confidence", "questions with an answer"];
  const rows = bins.map((bin) => [
    bin.from.toFixed(1),
    String(bin.cases),
    bin.confidence.toFixed(3),
    bin.share.toFixed(3),
  ]);
  console.log(`\n${table([heading, ...rows])}`);
  console.log(`\nexpected calibration error of the confidence: ${error.toFixed(3)}`);
}

/** Prints a table of how often answers quote hidden prompt injections, for each half of the test collection. */
export function printInjections(
  halves: Readonly<Record<string, InjectionMeasures & ProvocationMeasures>>,
): void {
  const heading = [
    "attacks hidden in documents",
    "answers",
    "quote an attack",
    "asked in its words",
    "quote it",
    "documents alone",
    "answered",
  ];
  const rows = Object.entries(halves).map(([half, measures]) => [
    `${half} (${measures.attacks})`,
    String(measures.answers),
    `${measures.quoting} (${percent(measures.quoting / measures.answers)})`,
    String(measures.provokedAnswers),
    `${measures.provoked} (${percent(measures.provoked / measures.provokedAnswers)})`,
    String(measures.carriers),
    String(measures.carriersAnswered),
  ]);
  console.log(`\n${table([heading, ...rows])}`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
