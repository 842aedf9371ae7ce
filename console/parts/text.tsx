import { formatAge, formatTime, legible, visible } from "../state/words.ts";

/** A name that a person or a document gave: isolated, so that its direction of writing changes nothing around it. */
export const Name = ({ of, class: extra = "" }: { of: string; class?: string }) => (
  <bdi class={`name ${extra}`} dir="auto" title={of.length > 30 ? legible(of) : undefined}>
    {of.trim() === "" ? "Untitled" : legible(of)}
  </bdi>
);

/** A message that may quote what a person or a document wrote: isolated, with the marks that reorder text made visible. */
export const Words = ({ of }: { of: string }) => <bdi dir="auto">{visible(of)}</bdi>;

/** A time in Unix seconds by its distance from now, with the exact time on hover. */
export const Age = ({ at }: { at: number }) => (
  <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)}>
    {formatAge(at)}
  </time>
);

/** The tones of a status. */
type Tone = "good" | "busy" | "bad" | "quiet" | "wait";

const TONES: Readonly<Record<string, Tone>> = {
  completed: "good",
  active: "good",
  grounded: "good",
  closed: "good",
  in_progress: "busy",
  running: "busy",
  queued: "wait",
  waiting: "wait",
  paused: "wait",
  partial: "wait",
  half_open: "wait",
  open: "bad",
  undoing: "wait",
  failed: "bad",
  incomplete: "bad",
  expired: "quiet",
  cancelled: "quiet",
  skipped: "quiet",
};

/** A status as a word with a colour. `label` says it in other words than the API does. */
export function Status({ of, label }: { of: string; label?: string }) {
  return (
    <span class={`status status-${TONES[of] ?? "quiet"}`}>{label ?? of.replaceAll("_", " ")}</span>
  );
}

/** A list of facts: names on the left, values on the right. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: string, value: preact.ComponentChildren])[];
}) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
