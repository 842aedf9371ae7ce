import type { ConversationResponse, Item } from "../api/operations.ts";
import { groupTurns, type Turn } from "./turn.ts";

/** A response whose items are not in its conversation: it is not over, was stopped, or has failed. */
const isApart = ({ status }: ConversationResponse) =>
  status !== "completed" && status !== "incomplete";

/** Tests whether a response has not ended. */
export const isOpen = ({ status }: ConversationResponse): boolean =>
  status === "queued" || status === "in_progress";

/** Lists the responses of a conversation that are turns of it, although their items are not in it. */
export function listApart(
  items: readonly Item[],
  responses: readonly ConversationResponse[],
): ConversationResponse[] {
  const inside = new Set(items.map(({ response_id: id }) => id));
  return responses.filter((response) => isApart(response) && !inside.has(response.id));
}

/**
 * Makes the turns of a conversation: those of its items, and `apart` before the turn that was asked next. `responses` is
 * in the order in which they were asked for.
 */
export function orderTurns(
  items: readonly Item[],
  apart: readonly Turn[],
  responses: readonly ConversationResponse[],
): Turn[] {
  const turns = groupTurns(items);
  const places = new Map(responses.map(({ id }, index) => [id, index]));
  const placeOf = ({ responseId: id }: Turn) => (id === null ? undefined : places.get(id)) ?? -1;
  for (const turn of apart) {
    const next = turns.findIndex((other) => placeOf(other) > placeOf(turn));
    turns.splice(next < 0 ? turns.length : next, 0, turn);
  }
  return turns;
}

/**
 * Puts the turns that were read in the place of those that are shown. A turn that is shown stays the same one where
 * nothing has changed. Those that the service cannot know yet stay at the end: that are being sent, could not be sent,
 * or were asked since the list was read. One that is in `listed`, the list before, and was not read, is deleted.
 */
export function mergeTurns(
  shown: readonly Turn[],
  read: readonly Turn[],
  listed: readonly ConversationResponse[],
): Turn[] {
  const known = new Map(shown.flatMap((turn) => listIds(turn).map((id) => [id, turn] as const)));
  const merged = read.map((turn) => {
    const before = listIds(turn).flatMap((id) => known.get(id) ?? [])[0];
    return before ? keepTurn(before, turn) : turn;
  });
  const isMerged = new Set(merged.map(({ key }) => key));
  const wasListed = new Set(listed.map(({ id }) => id));
  const isUnlisted = ({ responseId, questionId }: Turn) =>
    responseId === null ? questionId === null : questionId === null && !wasListed.has(responseId);
  const own = shown.filter((turn) => !isMerged.has(turn.key) && isUnlisted(turn));
  return [...merged, ...own];
}

const listIds = ({ responseId, questionId }: Turn): string[] =>
  [responseId, questionId].filter((id) => id !== null);

/** Returns a turn as it is shown, unless what was read of it says more: also of one that could not be followed to its end. */
function keepTurn(before: Turn, read: Turn): Turn {
  const { key, state, response, output, error } = before;
  const isFollowed = state !== "done" && state !== "waiting";
  const isWhole = response !== null || output.length === read.output.length;
  const isKnown = error === undefined && state === read.state;
  const isSame = isFollowed || (isKnown && (state === "waiting" || isWhole));
  if (!isSame) return { ...read, key };
  const { questionId } = read;
  return before.questionId === questionId ? before : { ...before, questionId };
}
