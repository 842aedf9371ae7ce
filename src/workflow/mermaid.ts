import {
  type Definition,
  SIGNAL,
  SLEEP,
  type StepDefinition,
  SUBWORKFLOW,
} from "../kernel/rules/definition.ts";

/** The status of a step in the chart of a run, which shows it by color. */
export type StepStatus =
  | "pending"
  | "running"
  | "waiting"
  | "paused"
  | "completed"
  | "failed"
  | "skipped"
  | "cancelled"
  | "undone";

/**
 * The status and the number of attempts of each step of a run, by the step's name. A step without an entry is drawn
 * without a status.
 */
export type StepStatuses = Readonly<
  Record<string, { readonly status: StepStatus; readonly attempts: number }>
>;

/**
 * Draws a workflow as a Mermaid flowchart and, if `statuses` is given, the progress of a run. The text does not depend
 * on the order in which the steps were defined.
 */
export function renderMermaid({ steps }: Definition, statuses: StepStatuses = {}): string {
  const names = Object.keys(steps).toSorted();
  // Step names may be keywords of Mermaid, such as "end", so they appear only in labels.
  const ids = new Map(names.map((name, at) => [name, `s${at}`]));
  const lines = ["flowchart TD"];
  const shown = new Set<StepStatus>();
  for (const [name, id] of ids) {
    const step = steps[name];
    if (!step) continue;
    const state = Object.hasOwn(statuses, name) ? statuses[name] : undefined;
    lines.push(
      `  ${id}${shape(step, formatLabel(name, step, state?.status, state?.attempts ?? 0))}`,
    );
    for (const need of step.needs ?? []) {
      const from = ids.get(need);
      if (from !== undefined) lines.push(`  ${from} ${arrow(step)} ${id}`);
    }
    if (step.undo) {
      lines.push(`  ${id} -.->|undo| ${id}u["${escape(step.undo.use)}"]`);
    }
    if (state) {
      shown.add(state.status);
      lines.push(`  class ${id} ${state.status}`);
    }
  }
  for (const status of [...shown].toSorted()) {
    lines.push(`  classDef ${status} ${STYLES[status]}`);
  }
  return `${lines.join("\n")}\n`;
}

const CONDITION_SHOWN = 48;

const STYLES: Readonly<Record<StepStatus, string>> = {
  pending: "fill:#f8f9fa,stroke:#adb5bd,color:#495057",
  running: "fill:#d0ebff,stroke:#1971c2,color:#0b3d66",
  waiting: "fill:#fff3bf,stroke:#f08c00,color:#663c00",
  paused: "fill:#ffe8cc,stroke:#d9480f,color:#662200",
  completed: "fill:#d3f9d8,stroke:#2b8a3e,color:#0f3d1a",
  failed: "fill:#ffe3e3,stroke:#c92a2a,color:#5c0f0f",
  skipped: "fill:#ffffff,stroke:#adb5bd,color:#868e96,stroke-dasharray:4 3",
  cancelled: "fill:#e9ecef,stroke:#495057,color:#495057",
  undone: "fill:#f3d9fa,stroke:#862e9c,color:#4a1259",
};

function formatLabel(
  name: string,
  step: StepDefinition,
  status: StepStatus | undefined,
  attempts: number,
): string {
  const lines = [name, step.use];
  if (step.map) lines.push(`for each of ${shorten(step.map.over)}`);
  if (step.when !== undefined) lines.push(`when ${shorten(step.when)}`);
  if (step.fallback) lines.push(`else ${step.fallback.map((work) => work.use).join(", ")}`);
  if (status) lines.push(attempts > 1 ? `${status}, ${attempts} attempts` : status);
  return lines.map(escape).join("<br/>");
}

function shape({ use, map }: StepDefinition, label: string): string {
  if (map) return `[/"${label}"/]`;
  if (use === SUBWORKFLOW) return `[["${label}"]]`;
  if (use === SIGNAL) return `{{"${label}"}}`;
  return use === SLEEP ? `(["${label}"])` : `["${label}"]`;
}

const arrow = ({ trigger }: StepDefinition): string =>
  trigger === undefined || trigger === "all_success" ? "-->" : `-.->|${trigger}|`;

function shorten(source: string): string {
  const line = source.replaceAll(/\s+/g, " ").trim();
  return line.length > CONDITION_SHOWN ? `${line.slice(0, CONDITION_SHOWN)}…` : line;
}

/** Encodes every character that Mermaid, Markdown or HTML could interpret as its number. Labels are never empty. */
const escape = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{N} _.,@…]/gu, (character) => `#${character.codePointAt(0)};`) || " ";
