import { useLocation } from "preact-iso";

import { call } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { DraftNote } from "../../parts/draft-note.tsx";
import { JsonField } from "../../parts/json-field.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { readJson } from "../../state/json.ts";
import { link } from "../../state/links.ts";
import { onOpening } from "../../state/on-opening.ts";
import { useQuery } from "../../state/query.ts";
import { useDraft } from "../../state/use-draft.ts";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The dialog that makes a schedule. */
export function NewSchedule({ onClose }: { onClose: () => void }) {
  const draft = useDraft("schedule", {
    workflow: "",
    cron: "0 6 * * 1-5",
    zone: ZONE,
    input: "null",
  });
  const action = useAction();
  const { route } = useLocation();
  const names = useQuery("workflows", async (signal) => {
    const list = await call("GET /v1/workflows", { query: { limit: 100 }, signal });
    return list.data.map(({ name }) => name);
  });
  const { workflow, cron, zone, input } = draft.values;
  const parsed = readJson(input);
  const submit = (event: Event) => {
    event.preventDefault();
    if ("error" in parsed) return;
    action.run(async () => {
      const body = { workflow, cron, time_zone: zone, input: parsed.value };
      const made = await call("POST /v1/schedules", { body });
      draft.clear();
      route(link(`/schedules/${made.id}`));
    });
  };
  return (
    <Dialog title="New schedule" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <DraftNote draft={draft} />
        <label class="field">
          <span>Workflow</span>
          <input
            required
            list="workflow-names"
            {...draft.bind("workflow")}
            {...onOpening(names.reload)}
          />
          <datalist id="workflow-names">
            {names.value?.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        <label class="field">
          <span>When: minute, hour, day, month, day of the week</span>
          <input required class="mono" {...draft.bind("cron")} />
        </label>
        <label class="field">
          <span>Time zone</span>
          <input required {...draft.bind("zone")} />
        </label>
        <JsonField
          label="Input as JSON"
          rows={4}
          text={input}
          onChange={(text) => draft.set("input", text)}
        />
        <ErrorNotice error={action.error} />
        <div class="actions end">
          <button
            type="submit"
            class="button primary"
            disabled={action.isBusy || "error" in parsed}
          >
            Make the schedule
          </button>
        </div>
      </form>
    </Dialog>
  );
}
