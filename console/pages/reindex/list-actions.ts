import type { VectorStoreReindex } from "../../api/operations.ts";
import { countOf } from "../../state/words.ts";

/** Something that can be done with a reindex. */
export type ReindexAction = {
  readonly name: "pause" | "resume" | "cancel" | "switch" | "revert" | "finish";
  readonly label: string;
  readonly tone: "primary" | "danger" | "plain";
  /** True for a move of the searches to the other generation, which must have all files. */
  readonly moves: boolean;
  /** What is asked before; null for what can be taken back at once. */
  readonly question: { readonly title: string; readonly effect: string } | null;
};

const PAUSE: ReindexAction = {
  name: "pause",
  label: "Pause",
  tone: "plain",
  moves: false,
  question: null,
};
const RESUME: ReindexAction = { ...PAUSE, name: "resume", label: "Resume", tone: "primary" };
const AGAIN: ReindexAction = { ...RESUME, label: "Try the failed files again" };
const CANCEL: ReindexAction = {
  name: "cancel",
  label: "Cancel the reindex",
  tone: "danger",
  moves: false,
  question: {
    title: "Cancel the reindex?",
    effect: "What was made of the new generation is erased. The one that serves stays as it is.",
  },
};
const SWITCH: ReindexAction = {
  name: "switch",
  label: "Switch",
  tone: "primary",
  moves: true,
  question: {
    title: "Switch to the new generation?",
    effect:
      "From now on searches read the new generation. The old one is kept up to date for seven days, in which you can go back, and is then erased.",
  },
};
const REVERT: ReindexAction = {
  name: "revert",
  label: "Go back",
  tone: "plain",
  moves: true,
  question: {
    title: "Go back to the old generation?",
    effect:
      "From now on searches read the old generation again. The new one is kept, so that you can switch again or cancel.",
  },
};
const FINISH: ReindexAction = {
  name: "finish",
  label: "Finish now",
  tone: "danger",
  moves: false,
  question: {
    title: "Finish the reindex?",
    effect: "The old generation is erased at once. After that there is no way back.",
  },
};

/** Lists what can be done with a reindex in its state. A split that the store has begun switches and ends by itself. */
export function listActions({
  status,
  automatic,
  file_counts: counts,
}: VectorStoreReindex): readonly ReindexAction[] {
  const again = counts.failed > 0 ? [AGAIN] : [];
  switch (status) {
    case "building":
      return [PAUSE, ...again, CANCEL];
    case "paused":
      return [RESUME, CANCEL];
    case "ready":
      return automatic ? [...again, CANCEL] : [SWITCH, ...again, CANCEL];
    case "switched":
      return automatic ? [] : [REVERT, ...again, FINISH];
    case "erasing":
    case "completed":
    case "cancelling":
    case "cancelled":
      return [];
  }
}

/** Returns why searches cannot move to the other generation yet; null if they can. */
export function refuseMove({
  file_counts: counts,
}: Pick<VectorStoreReindex, "file_counts">): string | null {
  if (counts.failed > 0) return "Not before the files below are copied or removed.";
  if (counts.waiting > 0) {
    return `${countOf(counts.waiting, "file is", "files are")} still to be copied to the other generation.`;
  }
  return null;
}
