import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import { Empty, ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { link } from "../../state/links.ts";
import { onOpening } from "../../state/on-opening.ts";
import { useStores } from "../../state/stores.ts";
import { legible } from "../../state/words.ts";

type AttachFileProps = { readonly fileId: string; readonly onAttached: () => void };

/** Says that a file is in no vector store, and puts it into one. */
export function AttachFile({ fileId, onAttached }: AttachFileProps) {
  const stores = useStores();
  const [chosen, setChosen] = useState("");
  const action = useAction();
  const storeId = chosen || stores.first;
  const attach = (event: Event) => {
    event.preventDefault();
    if (storeId === undefined) return;
    action.run(async () => {
      const path = { vector_store_id: storeId };
      await call("POST /v1/vector_stores/{vector_store_id}/files", {
        path,
        body: { file_id: fileId },
      });
      onAttached();
    });
  };
  return (
    <Empty icon="stores" title="In no vector store">
      <p>
        The file is stored but not indexed, so no search finds it. Attach it to a store to ask about
        it.
      </p>
      <ErrorNotice error={stores.error} retry={stores.reload} />
      {stores.value?.length === 0 && (
        <a class="button primary" href={link("/stores")}>
          Make a vector store
        </a>
      )}
      {storeId !== undefined && (
        <form class="row" onSubmit={attach}>
          <label class="field-inline">
            <span class="hidden">Vector store</span>
            <select
              value={storeId}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
              {...onOpening(stores.reload)}
            >
              {stores.value?.map(({ id, name }) => (
                <option key={id} value={id}>
                  {legible(name || id)}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="button primary" disabled={action.isBusy}>
            Attach
          </button>
        </form>
      )}
      <ErrorNotice error={action.error} />
    </Empty>
  );
}
