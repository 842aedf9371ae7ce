import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { type GenerationSettings, isSameGeneration } from "./generation.ts";
import { fitsLayout, type GenerationLayout } from "./layout.ts";
import type { CopyLag, ReindexAction, ReindexState } from "./reindex.ts";

/** The reindex that a store had last, as far as it decides whether another one may begin. */
type LastReindex = OpenReindex & {
  readonly toSettings: GenerationSettings;
  readonly toLayout: GenerationLayout | null;
};

/** A reindex, as far as it decides about actions. */
type OpenReindex = { readonly state: ReindexState; readonly isAutomatic: boolean };

/** The generation that a request for a reindex asks for. */
type WantedGeneration = {
  readonly settings: GenerationSettings;
  readonly layout: Partial<GenerationLayout>;
};

/**
 * Decides about a request for a reindex. `start`: it begins. `same`: one with these settings goes on, whose state is the
 * answer. `cancel`: a split that the store has begun by itself goes on, which gives way. Refuses while the store has two
 * generations, or one of them is being erased.
 */
export function admitReindex(
  last: LastReindex | null,
  wanted: WantedGeneration,
): Result<"start" | "same" | "cancel", Refusal> {
  if (last === null) return ok("start");
  switch (last.state) {
    case "cancelled":
    case "completed":
      return ok("start");
    case "building":
    case "paused":
    case "ready":
      if (last.isAutomatic) return ok("cancel");
      if (isSame(last, wanted)) return ok("same");
      return conflict("A reindex with other settings goes on. Cancel it first.");
    case "switched":
      if (last.isAutomatic) return conflict(SPLIT_ENDS);
      return conflict(
        "The generation before the last reindex is kept for the way back. Finish that reindex first, which erases it.",
      );
    case "erasing":
    case "cancelling":
      return conflict("A generation of the store is being erased. Try again when that has ended.");
  }
}

/** The message to a request that comes when the split of a store has just been switched. */
const SPLIT_ENDS =
  "The search shards of the store have just been split. Try again in a minute, when that has ended.";
/** The refusal of a request for which the split of a store is cancelled. */
export const SPLIT_GIVES_WAY: Refusal = {
  code: "conflict",
  message:
    "The store was splitting its search shards. That is cancelled for this request: try again in some seconds, when what " +
    "the split has made is erased.",
};

const isSame = ({ toSettings, toLayout }: LastReindex, { settings, layout }: WantedGeneration) =>
  isSameGeneration(toSettings, settings) && (toLayout === null || fitsLayout(layout, toLayout));

/**
 * Decides the next state of a reindex after an action of a client. An action whose effect is there already changes
 * nothing. Refuses an action that the state does not have, a switch or a way back to a generation that lacks files, and
 * the way back from a split of the store's own.
 */
export function decideAction(
  { state, isAutomatic }: OpenReindex,
  action: ReindexAction,
  lag: CopyLag,
): Result<ReindexState, Refusal> {
  switch (action) {
    case "pause":
      if (state === "building" || state === "paused") return ok("paused");
      return refuse(action, state, "Only a build can be paused");
    case "resume":
      if (state === "paused") return ok("building");
      if (state === "building" || state === "ready" || state === "switched") return ok(state);
      return refuse(action, state, "Only a build can be resumed");
    case "cancel":
      return cancel(state);
    case "switch":
      if (state === "switched") return ok("switched");
      if (state === "ready") return complete(lag, "switched");
      return refuse(action, state, "Only a reindex with the status `ready` can be switched");
    case "revert":
      if (state === "ready") return ok("ready");
      if (state === "switched" && isAutomatic) {
        return refuse(action, state, "The store has split its search shards, and finishes that");
      }
      if (state === "switched") return complete(lag, "ready");
      return refuse(action, state, "Only a switched reindex can be reverted, until it is finished");
    case "finish":
      if (state === "switched" || state === "erasing") return ok("erasing");
      if (state === "completed") return ok("completed");
      return refuse(action, state, "Only a switched reindex can be finished");
  }
}

function cancel(state: ReindexState): Result<ReindexState, Refusal> {
  switch (state) {
    case "building":
    case "paused":
    case "ready":
    case "cancelling":
      return ok("cancelling");
    case "cancelled":
      return ok("cancelled");
    case "switched":
      return refuse("cancel", state, "The new generation serves. Revert first, then cancel");
    case "erasing":
    case "completed":
      return refuse("cancel", state, "The generation before it is erased");
  }
}

/** Allows the way to the other generation if no file is missing there. */
function complete({ waiting, failed }: CopyLag, to: ReindexState): Result<ReindexState, Refusal> {
  if (failed > 0) {
    return conflict(
      `${failed} ${failed === 1 ? "file" : "files"} could not be copied to the other generation, which would lose them. ` +
        "See `failures`; resume to try again, or remove them from the store.",
    );
  }
  if (waiting > 0) {
    return conflict(
      `${waiting} ${waiting === 1 ? "file is" : "files are"} still to be copied to the other generation. Try again in a moment.`,
    );
  }
  return ok(to);
}

const conflict = (message: string) => err({ code: "conflict", message } as const);

const refuse = (action: ReindexAction, state: ReindexState, reason: string) =>
  conflict(`Cannot ${action} the reindex, whose status is \`${state}\`. ${reason}.`);
