import { CopyButton } from "../../parts/copy.tsx";
import { Name, Words } from "../../parts/text.tsx";
import { listDrafts } from "../../state/use-draft.ts";
import { formPrefix } from "./decision-form.tsx";

type LostReasonsProps = {
  readonly runId: string;
  /** The names of the steps that still wait for a decision. */
  readonly open: readonly string[];
};

/** What was typed for decisions that were made elsewhere meanwhile, or came too late. */
export function LostReasons({ runId, open }: LostReasonsProps) {
  const prefix = formPrefix(runId);
  return listDrafts(prefix).map(({ form, values, discard }) => {
    const step = form.slice(prefix.length);
    const typed = [values["reason"], values["payload"]].filter(Boolean).join("\n");
    if (typed === "" || open.includes(step)) return null;
    return (
      <section key={form} class="card stack" aria-label={`What you typed about ${step}`}>
        <p>
          <Name of={step} /> no longer waits: it was decided elsewhere, or its time was over. What
          you had typed:
        </p>
        <blockquote>
          <Words of={typed} />
        </blockquote>
        <div class="actions">
          <CopyButton label="Copy" text={typed} />
          <button type="button" class="button small" onClick={discard}>
            Discard it
          </button>
        </div>
      </section>
    );
  });
}
