import { signal } from "@preact/signals";

import { watchReplies } from "../api/client.ts";
import { useServiceClock } from "../api/request-key.ts";

/** Time between two looks at the clock for the ages that are shown, in milliseconds. */
const BEAT_MS = 15_000;
/** Resolution of the header `Date`, in milliseconds. */
const RESOLUTION_MS = 1_000;

/** Milliseconds by which the service's clock is ahead of the browser's; 0 until a response says otherwise. */
const ahead = signal(0);
const beats = signal(0);

watchReplies(({ headers }, sentAt) => {
  const reading = { date: headers.get("date"), sentAt, receivedAt: Date.now() };
  ahead.value = correctAhead(ahead.value, reading);
});

useServiceClock(() => Date.now() + ahead.peek());

/**
 * Returns the present time of the service in Unix seconds, whatever the browser's clock says. A component that reads it
 * is drawn again while time passes.
 */
export function serviceNow(): number {
  // Reading it subscribes the component.
  void beats.value;
  return (Date.now() + ahead.value) / 1000;
}

/** Lets the ages that are shown grow while the page is seen. */
export function startClock(): void {
  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", beat);
}

function beat(): void {
  if (!document.hidden) beats.value += 1;
}

/** The header `Date` of a response, and the browser's times of the request and the response, in milliseconds. */
type Reading = {
  readonly date: string | null;
  readonly sentAt: number;
  readonly receivedAt: number;
};

/**
 * Returns by how much the service's clock is ahead, after another response. Its header was written between request and
 * response, which leaves a span: a difference outside of it is replaced by the middle, and one inside of it stays, so
 * that a slow response makes a good one no worse.
 */
export function correctAhead(known: number, { date, sentAt, receivedAt }: Reading): number {
  const at = date === null ? Number.NaN : Date.parse(date);
  // A clock that was set back between the two says nothing.
  if (Number.isNaN(at) || receivedAt < sentAt) return known;
  const [least, most] = [at - receivedAt, at + RESOLUTION_MS - sentAt];
  return known >= least && known <= most ? known : Math.round((least + most) / 2);
}
