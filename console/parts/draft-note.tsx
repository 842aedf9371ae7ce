import type { Draft } from "../state/use-draft.ts";

type DraftNoteProps = {
  readonly draft: Draft<never>;
  /** Name of what the form changes, such as "workflow", where somebody else may change it meanwhile. */
  readonly of?: string;
};

/**
 * Says that a form shows again what was typed into it before, or that somebody else has saved something meanwhile, and
 * offers to discard what was typed.
 */
export function DraftNote({ draft: { isBack, isOutdated, clear }, of }: DraftNoteProps) {
  const isChanged = isOutdated && of !== undefined;
  if (!isBack && !isChanged) return null;
  return (
    <div class={`notice notice-${isChanged ? "warning" : "info"}`} role="status">
      <div>
        <p>
          {isChanged
            ? `Somebody has changed the ${of} since you began to type. Saving yours replaces that change.`
            : "What you typed here before is back. It is not saved yet."}
        </p>
      </div>
      <button type="button" class="button small" onClick={clear}>
        Discard it
      </button>
    </div>
  );
}
