import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { call, isMissing } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { DraftNote } from "../../parts/draft-note.tsx";
import { JsonField } from "../../parts/json-field.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson, readJson } from "../../state/json.ts";
import { link } from "../../state/links.ts";
import { onOpening } from "../../state/on-opening.ts";
import { useQuery } from "../../state/query.ts";
import { useDraft } from "../../state/use-draft.ts";
import { findInputFields, makeInput } from "./input-fields.ts";

type StartRunProps = { readonly named: string; readonly onClose: () => void };

/** The dialog that starts a run: the workflow, and a field for each member of the input that it reads. */
export function StartRun({ named, onClose }: StartRunProps) {
  const [chosen, setChosen] = useState(named);
  const names = useQuery("workflows", async (signal) => {
    const list = await call("GET /v1/workflows", { query: { limit: 100 }, signal });
    const own = list.data.map(({ name }) => name);
    return [...own, ...list.built_in.filter((name) => !own.includes(name) && name !== "ingest")];
  });
  const name = chosen || names.value?.[0] || "";
  return (
    <Dialog title="Start a run" onClose={onClose}>
      <ErrorNotice error={names.error} retry={names.reload} />
      {!names.value && names.isLoading && <Loading />}
      {names.value && (
        <label class="field">
          <span>Workflow</span>
          <select
            value={name}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            {...onOpening(names.reload)}
          >
            {names.value.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {name !== "" && <InputForm key={name} name={name} />}
    </Dialog>
  );
}

function InputForm({ name }: { name: string }) {
  const draft = useDraft<string>(`run-${name}`, {});
  const asJson = useDraft(`run-json-${name}`, { text: formatJson(makeInput(draft.values)) });
  const [isJson, setJson] = useState(asJson.isTyped);
  const action = useAction();
  const { route } = useLocation();
  const workflow = useQuery(`workflow:${name}`, (signal) =>
    call("GET /v1/workflows/{name}", { path: { name }, signal }),
  );
  const members = workflow.value ? findInputFields(workflow.value) : [];
  const { text } = asJson.values;
  const parsed = isJson ? readJson(text) : { value: makeInput(draft.values) };
  const submit = (event: Event) => {
    event.preventDefault();
    if ("error" in parsed) return;
    action.run(async () => {
      const body = { workflow: name, input: parsed.value };
      const run = await call("POST /v1/runs", { body });
      draft.clear();
      asJson.clear();
      route(link(`/runs/${run.id}`));
    });
  };
  if (!workflow.value && workflow.isLoading) return <Loading label="Reading the workflow" />;
  if (isMissing(workflow.error) && !workflow.value) {
    const forms = [`run-${name}`, `run-json-${name}`];
    return <SubjectNotice query={workflow} kind="workflow" forms={forms} />;
  }
  return (
    <form class="stack" onSubmit={submit}>
      {workflow.value?.description && (
        <p class="soft">
          <Words of={workflow.value.description} />
        </p>
      )}
      <DraftNote draft={isJson ? asJson : draft} />
      {!isJson &&
        members.map((member) => (
          <label class="field" key={member}>
            <span>{member}</span>
            <textarea
              rows={2}
              dir="auto"
              value={draft.values[member] ?? ""}
              onInput={({ currentTarget }) => draft.set(member, currentTarget.value)}
            />
          </label>
        ))}
      {!isJson && members.length === 0 && (
        <p class="soft">The workflow reads no member of its input by name.</p>
      )}
      {isJson && (
        <JsonField
          label="Input as JSON"
          rows={8}
          text={text}
          onChange={(now) => asJson.set("text", now)}
        />
      )}
      <ErrorNotice error={workflow.error ?? action.error} />
      <div class="actions end">
        <button type="button" class="button quiet" onClick={() => setJson(!isJson)}>
          {isJson ? "Use the fields" : "Write JSON instead"}
        </button>
        <button type="submit" class="button primary" disabled={action.isBusy || "error" in parsed}>
          Start
        </button>
      </div>
    </form>
  );
}
