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

/** Makes the name of the row of an item of a step with `map`. `index` is the item's place in the list, from 0. */
export const itemName = (step: string, index: number) => `${step}[${index}]`;
/** Makes the name of the row that undoes the work of the row `name`. */
export const undoName = (name: string) => `${name}~undo`;
/** Returns the name of the row whose work is undone by the row `name`, which must be an undo. */
export const undoneBy = (name: string) => name.slice(0, -"~undo".length);

/**
 * Makes the id of the run that a `workflow@1` step starts. `epoch` is the number of times that the step was repeated
 * after its work was done or undone, from its row, so each repetition starts another run.
 */
export const childRunId = (runId: string, step: string, epoch: number) =>
  `${runId}/${step}${epochSuffix(epoch)}`;

/** Returns the id of the topmost run above a run that a `workflow@1` step started; of any other run, its own id. */
export const topmostRunId = (runId: string): string => runId.split("/", 1)[0] ?? runId;

/**
 * Makes the idempotency key of a step's work, the same for all attempts at the work. `epoch`, from the step's row, is
 * the number of times that the step was repeated after its work was done or undone; `choice` is 0 for the step's own
 * work, n for its nth fallback. Each repetition and each fallback has another key.
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
