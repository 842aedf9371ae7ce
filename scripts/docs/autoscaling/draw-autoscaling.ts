import { drawCharts } from "../line-chart.ts";
import { CONSUMERS_MAX } from "./consumer-scaling.ts";
import { type Sample, type Scenario, simulateLane } from "./simulate-lane.ts";

const MINUTE_MS = 60_000;
const CALM = 20;
const BUSY = 200;
const BUSY_FROM = 5;
const BUSY_TO = 15;
const DOWN_FROM = 25;
const DOWN_TO = 30;
const MINUTES = 45;

const between = (now: number, from: number, to: number) =>
  now >= from * MINUTE_MS && now < to * MINUTE_MS;

/** A calm lane, ten minutes with ten times the work, and an outage of five minutes. */
export const SCENARIO: Scenario = {
  seed: 13,
  durationMs: MINUTES * MINUTE_MS,
  perSecond: (now) => (between(now, BUSY_FROM, BUSY_TO) ? BUSY : CALM),
  isProviderDown: (now) => between(now, DOWN_FROM, DOWN_TO),
  batchSize: 5,
  // Measured by bench:overload: an answer of 200 tokens at 10 ms each, on a busy machine.
  answerMs: 2_800,
  refusedMs: 500,
};

/** Draws the simulation of the lane default as an SVG document. */
export function drawAutoscaling(): string {
  const samples = simulateLane(SCENARIO);
  const line = (read: (sample: Sample) => number) =>
    samples.map((sample) => [sample.at / MINUTE_MS, read(sample)] as const);
  const x = { label: "minutes", max: MINUTES };
  const bands = [
    { from: BUSY_FROM, to: BUSY_TO, name: `${BUSY} answers a second` },
    { from: DOWN_FROM, to: DOWN_TO, name: "the provider is down" },
  ];
  const most = Math.max(...samples.map(({ completed, arrived }) => Math.max(completed, arrived)));
  const deepest = Math.max(...samples.map(({ waiting }) => waiting));
  return drawCharts(
    [
      {
        title: "Answers in the lane default",
        x,
        y: { label: "per second", max: roundUp(most) },
        bands,
        lines: [
          { name: "new", color: "#999", points: line(({ arrived }) => arrived), isDashed: true },
          { name: "completed", color: "#0a6", points: line(({ completed }) => completed) },
        ],
      },
      {
        title: "Answers that wait",
        x,
        y: { label: "answers", max: roundUp(deepest) },
        bands,
        lines: [{ name: "waiting", color: "#c50", points: line(({ waiting }) => waiting) }],
      },
      {
        title: "Consumers at work",
        x,
        y: { label: "consumers", max: CONSUMERS_MAX },
        bands,
        lines: [{ name: "consumers", color: "#26c", points: line(({ consumers }) => consumers) }],
      },
    ],
    "A simulation (seed 13): the lane's own rules, and a model of the platform's consumers. docs/async.md has the assumptions.",
  );
}

/** Rounds up to two digits, for the end of an axis. */
function roundUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}
