import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { ProjectSecret } from "../../api/operations.ts";
import { ErrorNotice } from "../../parts/notice.tsx";
import { Age } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";

type SecretsProps = {
  readonly projectId: string;
  /** Null if the deployment has no key to encrypt secrets with. */
  readonly secrets: readonly ProjectSecret[] | null;
  readonly onChanged: () => void;
};

/** The secrets of a project, which steps of workflows send to other services. Their values are never shown. */
export function Secrets({ projectId, secrets, onChanged }: SecretsProps) {
  const path = { project_id: projectId };
  const action = useAction();
  const remove = (name: string) =>
    action.run(async () => {
      await call("DELETE /v1/organization/projects/{project_id}/secrets/{name}", {
        path: { ...path, name },
      });
      onChanged();
    });
  return (
    <section class="card stack" aria-label="Secrets">
      <h2>Secrets</h2>
      <ErrorNotice error={action.error} />
      <ul class="plain">
        {secrets?.map(({ name, hosts, updated_at: at }) => (
          <li key={name} class="row">
            <span>
              <code>{name}</code>{" "}
              <span class="soft small">
                to {hosts?.join(", ") ?? "any host"}, set <Age at={at} />
              </span>
            </span>
            <button type="button" class="button small danger" onClick={() => remove(name)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
      {secrets?.length === 0 && <p class="soft">No workflow of this project has a secret.</p>}
      {secrets === null ? (
        <p class="soft">
          Secrets are encrypted with SECRETS_KEY, which this deployment does not have.
        </p>
      ) : (
        <SecretForm projectId={projectId} onSaved={onChanged} />
      )}
    </section>
  );
}

function SecretForm({ projectId, onSaved }: { projectId: string; onSaved: () => void }) {
  const draft = useDraft(`secret-${projectId}`, { name: "", hosts: "" });
  const { name, hosts } = draft.values;
  // No browser keeps the value of a secret.
  const [value, setValue] = useState("");
  const action = useAction();
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const listed = hosts.split(/[\s,]+/).filter((host) => host !== "");
      await call("PUT /v1/organization/projects/{project_id}/secrets/{name}", {
        path: { project_id: projectId, name },
        body: { value, hosts: listed.length > 0 ? listed : null },
      });
      draft.clear();
      setValue("");
      onSaved();
    });
  };
  return (
    <details open={draft.isBack}>
      <summary>Set a secret</summary>
      <form class="stack" onSubmit={save}>
        <label class="field">
          <span>Name, in capital letters</span>
          <input required pattern="[A-Z][A-Z0-9_]{0,63}" {...draft.bind("name")} />
        </label>
        <label class="field">
          <span>Value</span>
          <input
            required
            type="password"
            autocomplete="off"
            minLength={8}
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Hosts that it may be sent to (any, if empty)</span>
          <input placeholder="api.example.com" {...draft.bind("hosts")} />
        </label>
        <ErrorNotice error={action.error} />
        <div class="actions">
          <button type="submit" class="button" disabled={action.isBusy}>
            Set the secret
          </button>
        </div>
      </form>
    </details>
  );
}
