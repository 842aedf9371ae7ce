import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { link } from "../../state/links.ts";

/** The dialog that makes a project. */
export function NewProject({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const action = useAction();
  const { route } = useLocation();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const made = await call("POST /v1/organization/projects", { body: { name: name.trim() } });
      route(link(`/projects/${made.id}`));
    });
  };
  return (
    <Dialog title="New project" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>Name</span>
          <input
            required
            maxLength={256}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <ErrorNotice error={action.error} />
        <div class="actions end">
          <button type="submit" class="button primary" disabled={action.isBusy || !name.trim()}>
            Make the project
          </button>
        </div>
      </form>
    </Dialog>
  );
}
