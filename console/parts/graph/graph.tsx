import { useEffect, useMemo, useRef } from "preact/hooks";

import {
  type GraphStep,
  type PlacedGraph,
  placeSteps,
  STEP_HEIGHT,
  STEP_WIDTH,
} from "./place-steps.ts";

/** Above this number of steps a graph is not drawn: it would take long, and nobody could read it. */
const STEPS_MAX = 250;
/** Characters of a name and of a type that fit a step. */
const NAME_MAX = 20;
const UNDER_MAX = 27;

type GraphProps = {
  readonly steps: readonly GraphStep[];
  /** The step that is looked at. */
  readonly chosen?: string;
  /** Makes the address of a step; without it, steps are no links. */
  readonly hrefOf?: (name: string) => string;
};

/** A graph of steps as a picture, each with its state. */
export function Graph({ steps, chosen, hrefOf }: GraphProps) {
  const isLarge = steps.length > STEPS_MAX;
  const placed = useMemo(() => (isLarge ? null : placeSteps(steps)), [steps]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = placed && findInteresting(placed.steps, chosen);
    if (!box.current || !shown) return;
    const { clientWidth, clientHeight } = box.current;
    box.current.scrollLeft = shown.x + STEP_WIDTH / 2 - clientWidth / 2;
    box.current.scrollTop = shown.y + STEP_HEIGHT / 2 - clientHeight / 2;
    // Later states of a run do not move the picture under the reader.
  }, [placed === null, steps.length]);
  if (steps.length === 0) return null;
  if (!placed) {
    return (
      <p class="soft">A graph of {steps.length} steps is too large to read. Use the list below.</p>
    );
  }
  const { width, height, lines } = placed;
  return (
    <div class="graph-box" ref={box} tabIndex={0} role="group" aria-label="Graph of the steps">
      <svg class="graph" viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {lines.map(({ key, points }) => (
          <polyline
            key={key}
            class="graph-line"
            points={points.map(({ x, y }) => `${x},${y}`).join(" ")}
            marker-end="url(#arrow)"
          />
        ))}
        {placed.steps.map((step) => {
          const picture = <StepBox step={step} isChosen={step.name === chosen} />;
          return (
            <g key={step.name} transform={`translate(${step.x} ${step.y})`}>
              {hrefOf ? <a href={hrefOf(step.name)}>{picture}</a> : picture}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** Finds the step that a reader looks for first: the chosen one, one that failed, one that is at work, or the first. */
const findInteresting = (steps: PlacedGraph["steps"], chosen: string | undefined) =>
  steps.find(({ name }) => name === chosen) ??
  steps.find(({ status }) => status === "failed") ??
  steps.find(({ status = "" }) => ["running", "waiting", "paused"].includes(status)) ??
  steps.find(({ needs }) => needs.length === 0);

const StepBox = ({ step, isChosen }: { step: GraphStep; isChosen: boolean }) => (
  <g class={`graph-step graph-${step.status ?? "plain"} ${isChosen ? "is-chosen" : ""}`}>
    <title>
      {step.name}: {step.use}
      {step.status ? `, ${step.status}` : ""}
    </title>
    <rect width={STEP_WIDTH} height={STEP_HEIGHT} rx="8" />
    <text x="12" y="20">
      {cut(step.name, NAME_MAX)}
    </text>
    <text x="12" y="37" class="graph-under">
      {cut(step.status ? `${step.use} · ${step.status}` : step.use, UNDER_MAX)}
    </text>
  </g>
);

const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max)}…` : text);
