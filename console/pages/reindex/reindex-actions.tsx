import { useState } from "preact/hooks";

import { call, describe } from "../../api/client.ts";
import type { VectorStoreReindex } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Confirm } from "../../parts/dialog.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { listActions, type ReindexAction, refuseMove } from "./list-actions.ts";

type ActionsProps = {
  readonly reindex: VectorStoreReindex;
  readonly onChanged: () => void;
};

/** The buttons for what can be done with a reindex in its state. What cannot be undone at once is asked first. */
export function ReindexActions({ reindex, onChanged }: ActionsProps) {
  const action = useAction();
  const [asked, setAsked] = useState<ReindexAction | null>(null);
  const path = { vector_store_id: reindex.vector_store_id };
  const send = ({ name }: ReindexAction) =>
    action.run(async () => {
      setAsked(null);
      await call(`POST /v1/vector_stores/{vector_store_id}/reindex/${name}`, { path });
      onChanged();
    });
  const offered = listActions(reindex);
  const refusal = offered.some(({ moves }) => moves) ? refuseMove(reindex) : null;
  // One that another tab has made meanwhile is asked no more.
  const shown = offered.find(({ name }) => name === asked?.name);
  if (offered.length === 0) return <ErrorNotice error={action.error} />;
  return (
    <>
      <div class="actions">
        {offered.map((one) => (
          <button
            key={one.name}
            type="button"
            class={`button ${one.tone}`}
            disabled={action.isBusy || (one.moves && refusal !== null)}
            onClick={() => (one.question === null ? send(one) : setAsked(one))}
          >
            {one.label}
          </button>
        ))}
      </div>
      {refusal !== null && <p class="reason small">{refusal}</p>}
      <ErrorNotice error={action.error} />
      {shown?.question && (
        <Confirm
          title={shown.question.title}
          action={shown.label}
          keep="Not now"
          onClose={() => setAsked(null)}
          onConfirm={() => send(shown)}
        >
          <p>{shown.question.effect}</p>
          <CopyCurl
            request={describe(`POST /v1/vector_stores/{vector_store_id}/reindex/${shown.name}`, {
              path,
            })}
          />
        </Confirm>
      )}
    </>
  );
}
