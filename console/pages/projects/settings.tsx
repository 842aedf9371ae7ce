import { call } from "../../api/client.ts";
import type { Project, UpdateProjectRequest } from "../../api/operations.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { JsonField } from "../../parts/json-field.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson, isRecord, readJson } from "../../state/json.ts";
import { useDraft } from "../../state/use-draft.ts";
import { useSaved } from "../../state/use-saved.ts";

type SettingsProps = {
  readonly projectId: string;
  readonly settings: Project["settings"];
  readonly onSaved: () => void;
};

/** The settings of a project as JSON. The service checks them, and refuses them if somebody else has changed them. */
export function Settings({ projectId, settings, onSaved }: SettingsProps) {
  const { value: shown, save: noteSaved } = useSaved(settings);
  const { version, ...rest } = shown;
  const draft = useDraft(`settings-${projectId}`, { text: formatJson(rest) });
  const { text } = draft.values;
  const action = useAction();
  const parsed = readJson(text);
  const value = "value" in parsed && isRecord(parsed.value) ? parsed.value : null;
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const path = { project_id: projectId };
      const body = { settings: { ...value, version } } as UpdateProjectRequest;
      try {
        const project = await call("POST /v1/organization/projects/{project_id}", { path, body });
        noteSaved(project.settings);
        draft.clear();
      } finally {
        // If they were refused since somebody else has changed them, the new ones are read.
        onSaved();
      }
    });
  };
  return (
    <section class="card stack" aria-label="Settings">
      <h2>Settings</h2>
      <form class="stack" onSubmit={save}>
        <DraftNote draft={draft} of="settings" />
        <JsonField
          label={`As JSON, version ${version}`}
          rows={16}
          text={text}
          onChange={(typed) => draft.set("text", typed)}
        />
        <ErrorNotice error={action.error} />
        <div class="actions">
          <button type="submit" class="button" disabled={action.isBusy || !value}>
            Save the settings
          </button>
        </div>
      </form>
    </section>
  );
}
