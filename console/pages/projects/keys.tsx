import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { ApiKey } from "../../api/operations.ts";
import { CopyButton } from "../../parts/copy.tsx";
import { Confirm } from "../../parts/dialog.tsx";
import { ErrorNotice, Note } from "../../parts/notice.tsx";
import { Age, Name } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";

type KeysProps = {
  readonly projectId: string;
  readonly keys: readonly ApiKey[];
  readonly onChanged: () => void;
};

/** The API keys of a project: make one, see its value once, revoke one. */
export function Keys({ projectId, keys, onChanged }: KeysProps) {
  const draft = useDraft(`key-${projectId}`, { name: "" });
  const [value, setValue] = useState<string | null>(null);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const action = useAction();
  const path = { project_id: projectId };
  const make = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const body = { name: draft.values.name.trim() || "API key" };
      const made = await call("POST /v1/organization/projects/{project_id}/api_keys", {
        path,
        body,
      });
      setValue(made.value);
      draft.clear();
      onChanged();
    });
  };
  const revoke = (key: ApiKey) =>
    action.run(async () => {
      setRevoked(null);
      await call("DELETE /v1/organization/projects/{project_id}/api_keys/{key_id}", {
        path: { project_id: projectId, key_id: key.id },
      });
      onChanged();
    });
  return (
    <section class="card stack" aria-label="API keys">
      <h2>API keys</h2>
      <ErrorNotice error={action.error} />
      <ul class="plain">
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoked(key)} />
        ))}
      </ul>
      {keys.length === 0 && <p class="soft">No key opens this project yet.</p>}
      {value !== null && <NewValue value={value} />}
      <form class="toolbar" onSubmit={make}>
        <label class="field-inline">
          <span class="hidden">Name of the new key</span>
          <input placeholder="Name of the new key" maxLength={256} {...draft.bind("name")} />
        </label>
        <button type="submit" class="button" disabled={action.isBusy}>
          Make a key
        </button>
      </form>
      {revoked && (
        <ConfirmRevoke
          apiKey={revoked}
          onClose={() => setRevoked(null)}
          onConfirm={() => revoke(revoked)}
        />
      )}
    </section>
  );
}

const KeyRow = ({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) => (
  <li class="row">
    <span>
      <Name of={apiKey.name} /> <code class="soft">{apiKey.redacted_value}</code>{" "}
      <span class="soft small">
        <Age at={apiKey.created_at} />
      </span>
    </span>
    <button type="button" class="button small danger" onClick={onRevoke}>
      Revoke
    </button>
  </li>
);

const NewValue = ({ value }: { value: string }) => (
  <Note>
    <p>
      <code>{value}</code>
      <br />
      Copy the key now: it is shown this once.
    </p>
    <CopyButton label="Copy the key" text={value} />
  </Note>
);

type ConfirmRevokeProps = {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
};

const ConfirmRevoke = ({ apiKey, onClose, onConfirm }: ConfirmRevokeProps) => (
  <Confirm title="Revoke the key?" action="Revoke" onClose={onClose} onConfirm={onConfirm}>
    <p>Programs and sessions that use {apiKey.redacted_value} are refused within 30 seconds.</p>
  </Confirm>
);
