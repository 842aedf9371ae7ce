import type { ComponentChildren } from "preact";

import type { LostDraft } from "../../state/use-draft.ts";
import { CopyButton } from "../copy.tsx";
import { Words } from "../text.tsx";

type LostTextProps = {
  readonly draft: LostDraft;
  /** The sentence that says what became of what it was typed about. */
  readonly children: ComponentChildren;
  /** The name of the section for those who do not see it. */
  readonly label?: string;
};

/** What was typed into a form that is not shown any more, to be copied or discarded. */
export function LostText({ draft, children, label = "What you typed" }: LostTextProps) {
  const typed = Object.values(draft.values).filter(Boolean).join("\n");
  if (typed === "") return null;
  return (
    <section class="card stack" aria-label={label}>
      <p>{children}</p>
      <blockquote>
        <Words of={typed} />
      </blockquote>
      <div class="actions">
        <CopyButton label="Copy" text={typed} />
        <button type="button" class="button small" onClick={draft.discard}>
          Discard it
        </button>
      </div>
    </section>
  );
}
