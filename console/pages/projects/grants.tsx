import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { ProjectGrants } from "../../api/operations.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";
import { useSaved } from "../../state/use-saved.ts";

const readLines = (text: string) => text.split("\n").flatMap((line) => line.trim() || []);

type GrantsProps = { readonly projectId: string; readonly grants: ProjectGrants };

/** The grants of a project: the hosts and tables of the operator that its workflows may use. */
export const Grants = (props: GrantsProps) => (
  <section class="card stack" aria-label="Grants">
    <h2>Grants</h2>
    <p class="soft">What the steps of its workflows may reach, one a line.</p>
    <GrantForm {...props} />
  </section>
);

function GrantForm({ projectId, grants }: GrantsProps) {
  const { value: shown, save: noteSaved } = useSaved(grants);
  const draft = useDraft(`grants-${projectId}`, {
    hosts: shown.http_hosts.join("\n"),
    tables: shown.sql_tables.join("\n"),
  });
  const { hosts, tables } = draft.values;
  const [isSaved, setSaved] = useState(false);
  const action = useAction();
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const body = { http_hosts: readLines(hosts), sql_tables: readLines(tables) };
      const path = { project_id: projectId };
      noteSaved(await call("PUT /v1/organization/projects/{project_id}/grants", { path, body }));
      draft.clear();
      setSaved(true);
    });
  };
  return (
    <form class="stack" onSubmit={save} onInput={() => setSaved(false)}>
      <DraftNote draft={draft} of="grants" />
      <div class="split">
        <label class="field">
          <span>Hosts for http@1</span>
          <textarea rows={3} class="mono" {...draft.bind("hosts")} />
        </label>
        <label class="field">
          <span>Tables for sql@1</span>
          <textarea rows={3} class="mono" {...draft.bind("tables")} />
        </label>
      </div>
      <ErrorNotice error={action.error} />
      <div class="actions">
        <button type="submit" class="button" disabled={action.isBusy}>
          Save the grants
        </button>
        <span role="status" class="soft">
          {isSaved && "Saved."}
        </span>
      </div>
    </form>
  );
}
