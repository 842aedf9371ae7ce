import { LostText } from "../../parts/subject/lost-text.tsx";
import { Name } from "../../parts/text.tsx";
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
  return listDrafts(prefix).map((draft) => {
    const step = draft.form.slice(prefix.length);
    if (open.includes(step)) return null;
    const { reason, payload } = draft.values;
    return (
      <LostText
        key={draft.form}
        label={`What you typed about ${step}`}
        draft={{ ...draft, values: { reason, payload } }}
      >
        <Name of={step} /> no longer waits: it was decided elsewhere, or its time was over. What you
        had typed:
      </LostText>
    );
  });
}
