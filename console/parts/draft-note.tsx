import { formatJson, readJson } from "../state/json.ts";
import type { TypedForm } from "../state/use-draft.ts";
import { Differences } from "./differences/differences.tsx";

type DraftNoteProps = {
  readonly draft: TypedForm;
  /** Name of what the form changes, such as "workflow", where somebody else may change it meanwhile. */
  readonly of?: string;
};

/**
 * Says that a form shows again what was typed into it before, or that somebody else has saved something meanwhile, and
 * lets the person choose what to go on with.
 */
export function DraftNote({ draft, of }: DraftNoteProps) {
  if (draft.isOutdated && of !== undefined) return <NewerNote draft={draft} of={of} />;
  if (!draft.isBack) return null;
  return (
    <div class="notice notice-info" role="status">
      <div>
        <p>What you typed here before is back. It is not saved yet.</p>
      </div>
      <button type="button" class="button small" onClick={draft.clear}>
        Discard it
      </button>
    </div>
  );
}

/** Shows what differs between what somebody else has saved and what was typed. */
function NewerNote({ draft, of }: { draft: TypedForm; of: string }) {
  const { initial, values, keep, clear } = draft;
  const differing = Object.keys(initial).filter((field) => values[field] !== initial[field]);
  return (
    <div class="notice notice-warning" role="status">
      <div class="stack newer">
        <p>
          Somebody has changed the {of} since you began to type. Saving yours replaces that change.
        </p>
        <details>
          <summary>From the newer one to yours</summary>
          {differing.map((field) => (
            <Differences
              key={field}
              before={arrange(initial[field])}
              after={arrange(values[field])}
            />
          ))}
        </details>
        <div class="actions">
          <button type="button" class="button small" onClick={keep}>
            Keep mine
          </button>
          <button type="button" class="button small" onClick={clear}>
            Take the newer one
          </button>
        </div>
      </div>
    </div>
  );
}

/** Writes JSON as the service's own is written, so that lines can be compared. */
function arrange(text = ""): string {
  const parsed = readJson(text);
  return "value" in parsed ? formatJson(parsed.value) : text;
}
