import { call, describe } from "../../api/client.ts";
import type { VectorStore, VectorStoreIndex } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { DraftNote } from "../../parts/draft-note.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";
import { Cost } from "./cost.tsx";
import { explainBlocked, makeReindex, readValues, refuseSizes } from "./plan-reindex.ts";
import { ReindexFields } from "./reindex-fields.tsx";

type ReindexFormProps = {
  readonly store: VectorStore;
  readonly index: VectorStoreIndex;
  readonly onStarted: () => void;
};

/** The form that builds the index again. It begins with the settings of the generation that serves. */
export function ReindexForm({ store, index, onStarted }: ReindexFormProps) {
  const path = { vector_store_id: store.id };
  const now = readValues(index);
  const draft = useDraft(`reindex-${store.id}`, now);
  const action = useAction();
  const body = makeReindex(now, draft.values);
  const blocked = explainBlocked(store, index.reindex);
  const unfit = refuseSizes(draft.values);
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      await call("POST /v1/vector_stores/{vector_store_id}/reindex", { path, body });
      draft.clear();
      onStarted();
    });
  };
  return (
    <form class="card stack" onSubmit={submit} aria-label="Build the index again">
      <h2>Build the index again</h2>
      <p class="soft">
        The new generation is built beside the one that serves: searches and uploads go on. Nothing
        changes for searches until you switch, and for seven days you can go back.
      </p>
      <DraftNote draft={draft} of="index" />
      <ReindexFields draft={draft} index={index} />
      {unfit !== null && (
        <p class="reason small" role="status">
          {unfit}
        </p>
      )}
      <Cost index={index} now={now} wanted={draft.values} />
      <ErrorNotice error={action.error} />
      {blocked !== null && (
        <p class="reason" id="reindex-blocked">
          {blocked}
        </p>
      )}
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          disabled={action.isBusy || blocked !== null || unfit !== null}
          aria-describedby={blocked === null ? undefined : "reindex-blocked"}
        >
          Start the reindex
        </button>
        <CopyCurl
          request={() =>
            describe("POST /v1/vector_stores/{vector_store_id}/reindex", { path, body })
          }
        />
      </div>
    </form>
  );
}
