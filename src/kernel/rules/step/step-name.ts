/**
 * The parts of the name of a row in the table of steps. `notify[3]` does the work of the step `notify` for item 3,
 * `charge~undo` undoes the work of `charge`, and `notify[3]~undo` undoes the work of the item.
 */
export type StepName = {
  /** The name of the step in the definition. */
  readonly step: string;
  readonly index: number | null;
  readonly isUndo: boolean;
};

/** Makes the name of the row of an item of a step with `map`. `index` is from 0. */
export const itemName = (step: string, index: number) => `${step}[${index}]`;
/** Makes the name of the row that undoes the work of the row `name`. */
export const undoName = (name: string) => `${name}~undo`;
/** Returns the name of the row whose work is undone by the row `name`, which must be an undo. */
export const undoneBy = (name: string) => name.slice(0, -"~undo".length);

/**
 * Makes the id of the run that a `workflow@1` step starts. `epoch` is that of the step's row, so a step that is
 * repeated after its work was done starts another run.
 */
export const childRunId = (runId: string, step: string, epoch: number) =>
  `${runId}/${step}${epochSuffix(epoch)}`;

/**
 * Makes the idempotency key of a step's work, the same for all attempts. Work that is repeated after it was done has
 * another key, by `epoch`, and so has each fallback, by `choice`: 0 is the step's own work, n its nth fallback.
 */
export const formatIdempotencyKey = (runId: string, step: string, epoch: number, choice: number) =>
  `${runId}:${step}${choice === 0 ? "" : `#${choice}`}${epochSuffix(epoch)}`;

const epochSuffix = (epoch: number) => (epoch === 0 ? "" : `~${epoch}`);

/** Parses the name of a row in the table of steps. */
export function parseStepName(name: string): StepName {
  const isUndo = name.endsWith("~undo");
  const rest = isUndo ? undoneBy(name) : name;
  const [, step, index] = /^(.*)\[(\d+)\]$/s.exec(rest) ?? [];
  if (step === undefined || index === undefined) return { step: rest, index: null, isUndo };
  return { step, index: Number(index), isUndo };
}
