import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { VectorStore } from "../../api/operations.ts";
import { ErrorNotice } from "../../parts/notice.tsx";

type SettingsProps = { readonly store: VectorStore; readonly onChanged: () => void };

/** The name, the expiry and the metadata of a store, which can be changed. */
export function StoreSettings({ store, onChanged }: SettingsProps) {
  const [name, setName] = useState(store.name);
  const [days, setDays] = useState(store.expires_after?.days.toString() ?? "");
  const [metadata, setMetadata] = useState(formatPairs(store.metadata));
  const [error, setError] = useState<unknown>();
  const [isSaved, setSaved] = useState(false);
  const save = async (event: Event) => {
    event.preventDefault();
    setSaved(false);
    try {
      await call("POST /v1/vector_stores/{vector_store_id}", {
        path: { vector_store_id: store.id },
        body: {
          name,
          expires_after: days === "" ? null : { anchor: "last_active_at", days: Number(days) },
          metadata: readPairs(metadata),
        },
      });
      setError(undefined);
      setSaved(true);
      onChanged();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form class="card stack" onSubmit={(event) => void save(event)}>
      <h2>Settings</h2>
      <div class="columns">
        <label class="field">
          <span>Name</span>
          <input
            maxLength={256}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Expires after days without use</span>
          <input
            type="number"
            min={1}
            max={365}
            placeholder="never"
            value={days}
            onInput={({ currentTarget }) => setDays(currentTarget.value)}
          />
        </label>
      </div>
      <label class="field">
        <span>Metadata, a line each</span>
        <textarea
          rows={3}
          placeholder="team = people"
          value={metadata}
          onInput={({ currentTarget }) => setMetadata(currentTarget.value)}
        />
      </label>
      <ErrorNotice error={error} />
      <div class="row">
        <button type="submit" class="button">
          Save
        </button>
        <span role="status" class="soft small">
          {isSaved && "Saved"}
        </span>
      </div>
    </form>
  );
}

const formatPairs = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n");

const readPairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
