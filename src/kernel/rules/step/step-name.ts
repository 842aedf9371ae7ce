/**
 * The parsed name of a row. `notify[3]` does the work of `notify` for item 3, `charge~undo` undoes the work of
 * `charge`, and `notify[3]~undo` undoes the work of the item.
 */
export type StepName = {
  /** The step of the definition. */
  readonly step: string;
  readonly index: number | null;
  readonly isUndo: boolean;
};

/** Formats the name of an item's row. */
export const itemName = (step: string, index: number) => `${step}[${index}]`;
/** Formats the name of the undo of a row. */
export const undoName = (name: string) => `${name}~undo`;
/** Returns the name of the row that an undo is for. */
export const undoneBy = (name: string) => name.slice(0, -"~undo".length);

/** Formats the id of the run that a step starts. Repeated on purpose, the step starts another run. */
export const childRunId = (runId: string, step: string, epoch: number) =>
  `${runId}/${step}${epochSuffix(epoch)}`;

/**
 * Formats the idempotency key of a step, the same for all attempts. Work that is repeated on purpose has another key.
 */
export const formatIdempotencyKey = (runId: string, step: string, epoch: number, choice: number) =>
  `${runId}:${step}${choice === 0 ? "" : `#${choice}`}${epochSuffix(epoch)}`;

const epochSuffix = (epoch: number) => (epoch === 0 ? "" : `~${epoch}`);

/** Parses the name of a row. */
export function parseStepName(name: string): StepName {
  const isUndo = name.endsWith("~undo");
  const rest = isUndo ? undoneBy(name) : name;
  const [, step, index] = /^(.*)\[(\d+)\]$/s.exec(rest) ?? [];
  if (step === undefined || index === undefined) return { step: rest, index: null, isUndo };
  return { step, index: Number(index), isUndo };
}
