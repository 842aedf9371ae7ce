import { useLocation } from "preact-iso";

import { call } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { DraftNote } from "../../parts/draft-note.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { link } from "../../state/links.ts";
import { useDraft } from "../../state/use-draft.ts";

/** The dialog that makes a project. */
export function NewProject({ onClose }: { onClose: () => void }) {
  const draft = useDraft("project", { name: "" });
  const { name } = draft.values;
  const action = useAction();
  const { route } = useLocation();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const made = await call("POST /v1/organization/projects", { body: { name: name.trim() } });
      draft.clear();
      route(link(`/projects/${made.id}`));
    });
  };
  return (
    <Dialog title="New project" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <DraftNote draft={draft} />
        <label class="field">
          <span>Name</span>
          <input required maxLength={256} {...draft.bind("name")} />
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
