import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { VectorStore } from "../../api/operations.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";
import { useSaved } from "../../state/use-saved.ts";
import { findUnpaired, formatPairs, readPairs } from "./pairs.ts";

type SettingsProps = { readonly store: VectorStore; readonly onChanged: () => void };

/** The name, the expiry and the metadata of a store, which can be changed. */
export function StoreSettings({ store, onChanged }: SettingsProps) {
  const { value: shown, save: noteSaved } = useSaved(store);
  const draft = useDraft(`store-${store.id}`, {
    name: shown.name,
    days: shown.expires_after?.days.toString() ?? "",
    metadata: formatPairs(shown.metadata),
  });
  const { name, days, metadata } = draft.values;
  const [isSaved, setSaved] = useState(false);
  const action = useAction();
  const [unpaired] = findUnpaired(metadata);
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const saved = await call("POST /v1/vector_stores/{vector_store_id}", {
        path: { vector_store_id: store.id },
        body: {
          name,
          expires_after: days === "" ? null : { anchor: "last_active_at", days: Number(days) },
          metadata: readPairs(metadata),
        },
      });
      noteSaved(saved);
      draft.clear();
      setSaved(true);
      onChanged();
    });
  };
  return (
    <form class="card stack" onSubmit={save} onInput={() => setSaved(false)}>
      <h2>Settings</h2>
      <DraftNote draft={draft} of="store" />
      <div class="columns">
        <label class="field">
          <span>Name</span>
          <input maxLength={256} {...draft.bind("name")} />
        </label>
        <label class="field">
          <span>Expires after days without use</span>
          <input type="number" min={1} max={365} placeholder="never" {...draft.bind("days")} />
        </label>
      </div>
      <label class="field">
        <span>Metadata, a line each</span>
        <textarea rows={3} placeholder="team = people" {...draft.bind("metadata")} />
      </label>
      {unpaired !== undefined && (
        <p class="reason small" role="status">
          A line needs a name, “=” and a value: <Words of={unpaired} />
        </p>
      )}
      <ErrorNotice error={action.error} />
      <div class="row">
        <button type="submit" class="button" disabled={action.isBusy || unpaired !== undefined}>
          Save
        </button>
        <span role="status" class="soft small">
          {isSaved && "Saved"}
        </span>
      </div>
    </form>
  );
}
