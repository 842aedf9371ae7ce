import type { Lane } from "../kernel/rules/definition.ts";

/**
 * The number of a lane's jobs that may be in its queue or at consumers at a time. `fixedFor` counts the next reports of
 * waits that do not make it smaller, since they are about messages that were sent before it last became smaller.
 */
export type LaneWindow = { readonly size: number; readonly fixedFor: number };

const SIZE_MIN = 8;
/** The first size: of a lane that begins, and of one whose object has restarted. */
const SIZE_FIRST = 32;
/** A message that waits no longer than this in the queue shows that consumers have room. In milliseconds. */
const SHORT_WAIT_MS = 1_000;
/** A message that waits longer than this shows that the queue holds too many. In milliseconds. */
const LONG_WAIT_MS = 5_000;
/** The share of the window that one project may use, so that another one's job finds room at once. */
const PROJECT_SHARE = 0.75;

/** Messages at all consumers of a lane at a time: 250 consumers, with one message each in the lane interactive, else 5. */
const AT_CONSUMERS_MAX: Readonly<Record<Lane, number>> = {
  interactive: 250,
  default: 1_250,
  batch: 1_250,
};
/** The same where one process is all consumers, as in `npm run dev`. */
const AT_PROCESS_MAX = 32;

/** Returns the largest window of a lane: what its consumers can work on at a time. */
export const windowMax = (lane: Lane, isOneProcess: boolean): number =>
  isOneProcess ? AT_PROCESS_MAX : AT_CONSUMERS_MAX[lane];

/** Returns the first window of a lane. */
export const firstWindow = (): LaneWindow => ({ size: SIZE_FIRST, fixedFor: 0 });

/** Returns the number of jobs of one project that may be in the queue or at consumers at a time. */
export const projectWindow = ({ size }: LaneWindow): number =>
  Math.max(1, Math.floor(size * PROJECT_SHARE));

/**
 * Changes the window after a message's wait in the queue, so that the queue holds about as much as consumers begin in a
 * few seconds: enough to keep them busy and to make the platform start more of them, and little enough that the order of
 * the lane decides. It grows by one while messages hardly wait and jobs in the lane do, and shrinks by a third when a
 * message has waited long, at most once for the messages that were sent before.
 */
export function moveWindow(
  { size, fixedFor }: LaneWindow,
  { waitedMs, isScarce }: { readonly waitedMs: number; readonly isScarce: boolean },
  sizeMax: number,
): LaneWindow {
  const rest = Math.max(0, fixedFor - 1);
  if (waitedMs <= SHORT_WAIT_MS && isScarce) {
    return { size: Math.min(sizeMax, size + 1), fixedFor: rest };
  }
  if (waitedMs <= LONG_WAIT_MS || fixedFor > 0) return { size, fixedFor: rest };
  return { size: Math.max(SIZE_MIN, Math.floor((size * 2) / 3)), fixedFor: size };
}
