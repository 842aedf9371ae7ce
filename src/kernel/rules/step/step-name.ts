/**
 * Rows of a run that are not steps of its definition are named after the step they belong to: `notify[3]` does the
 * work of `notify` for item 3, `charge~undo` undoes the work of `charge`, `notify[3]~undo` that of the item.
 */
export type StepName = {
  /** The step of the definition. */
  readonly step: string;
  readonly index: number | null;
  readonly isUndo: boolean;
};

export const itemName = (step: string, index: number) => `${step}[${index}]`;
export const undoName = (name: string) => `${name}~undo`;
/** Names the row that an undo is for. */
export const undoneBy = (name: string) => name.slice(0, -"~undo".length);

/** Names the run that a step starts; done over on purpose, it starts another. */
export const childRunId = (runId: string, step: string, epoch: number) =>
  `${runId}/${step}${epochSuffix(epoch)}`;

/** Formats the key of a step's effect, the same over all attempts. Work that is done over on purpose is another effect. */
export const formatIdempotencyKey = (runId: string, step: string, epoch: number, choice: number) =>
  `${runId}:${step}${choice === 0 ? "" : `#${choice}`}${epochSuffix(epoch)}`;

const epochSuffix = (epoch: number) => (epoch === 0 ? "" : `~${epoch}`);

export function parseStepName(name: string): StepName {
  const isUndo = name.endsWith("~undo");
  const rest = isUndo ? undoneBy(name) : name;
  const [, step, index] = /^(.*)\[(\d+)\]$/s.exec(rest) ?? [];
  if (step === undefined || index === undefined) return { step: rest, index: null, isUndo };
  return { step, index: Number(index), isUndo };
}
