import { useLocation } from "preact-iso";

import { call, describe } from "../../api/client.ts";
import type { SaveWorkflowRequest, Workflow, WorkflowCheck } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { DraftNote } from "../../parts/draft-note.tsx";
import { Graph } from "../../parts/graph/graph.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson, isRecord, readJson } from "../../state/json.ts";
import { link } from "../../state/links.ts";
import { useQuery } from "../../state/query.ts";
import { useDraft } from "../../state/use-draft.ts";
import { useSaved } from "../../state/use-saved.ts";
import { countOf } from "../../state/words.ts";
import { useCheck } from "./use-check.ts";

const BLANK = {
  steps: {
    approve: { use: "signal@1", with: { name: "approval", requires: ["actor", "reason"] } },
  },
  output: "${ steps.approve.output }",
};

/** The editor of a new workflow, begun with a template or with a blank one. */
export function Editor({ template }: { template: string }) {
  const isBlank = template === "blank";
  const found = useQuery(`template:${template}`, async (signal) =>
    isBlank ? null : await call("GET /v1/workflows/{name}", { path: { name: template }, signal }),
  );
  return (
    <Page title="New workflow" back={{ href: link("/workflows"), label: "Workflows" }}>
      <SubjectNotice query={found} kind="workflow" forms={[`workflow-new-${template}`]} />
      {found.value === undefined && found.isLoading && <Loading />}
      {found.value !== undefined && (
        <EditorForm
          form={`workflow-new-${template}`}
          name={isBlank ? "" : template}
          description={found.value?.description ?? ""}
          text={formatJson(found.value ? bodyOf(found.value) : BLANK)}
        />
      )}
    </Page>
  );
}

/** Returns the part of a workflow that its JSON in the editor has. */
export const bodyOf = ({ steps, output }: Workflow) =>
  output === undefined ? { steps } : { steps, output };

type EditorFormProps = {
  /** The name under which what is typed is kept; by default that of the workflow. */
  readonly form?: string;
  readonly name: string;
  readonly description: string;
  readonly text: string;
  /** The version that is saved. A workflow that has none is new, and its name can be chosen. */
  readonly version?: number;
  readonly onSaved?: () => void;
};

/** A workflow as JSON, with the checks of the service while it is typed, and its graph beside it. */
export function EditorForm(props: EditorFormProps) {
  const { form = `workflow-${props.name}`, name: first, description: before } = props;
  const saved = useSaved(props.text);
  const draft = useDraft(form, { name: first, description: before, text: saved.value });
  const { name, description, text } = draft.values;
  const { route } = useLocation();
  const action = useAction();
  const parsed = readJson(text);
  const body = "value" in parsed && isRecord(parsed.value) ? parsed.value : null;
  const isSaved = props.version !== undefined;
  const check = useCheck(name, body);
  const request = { ...body, name, description: description || null } as SaveWorkflowRequest;
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const made = await call("POST /v1/workflows", { body: request });
      saved.save(formatJson(bodyOf(made)));
      draft.clear();
      props.onSaved?.();
      if (!isSaved) route(link(`/workflows/${made.name}`));
    });
  };
  return (
    <form class="stack" onSubmit={save}>
      <DraftNote draft={draft} of="workflow" />
      <div class="split">
        <label class="field">
          <span>Name</span>
          <input
            required
            pattern="[A-Za-z][\w\-]{0,63}"
            title="Letters, digits, _ and -, beginning with a letter"
            disabled={isSaved}
            {...draft.bind("name")}
          />
        </label>
        <label class="field">
          <span>What it is for</span>
          <input dir="auto" maxLength={4096} {...draft.bind("description")} />
        </label>
      </div>
      <div class="split">
        <label class="field">
          <span>Steps and output as JSON</span>
          <textarea class="editor" spellcheck={false} {...draft.bind("text")} />
        </label>
        <Checked parsed={parsed} check={check.value} />
      </div>
      <ErrorNotice error={check.error ?? action.error} />
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          disabled={action.isBusy || !check.isCurrent || !check.value?.valid}
        >
          {isSaved ? "Save as a new version" : "Save"}
        </button>
        <CopyCurl request={() => describe("POST /v1/workflows", { body: request })} />
      </div>
    </form>
  );
}

type CheckedProps = {
  readonly parsed: ReturnType<typeof readJson>;
  readonly check: WorkflowCheck | undefined;
};

/** The problems of the workflow in the editor, and the graph of its valid part. */
function Checked({ parsed, check }: CheckedProps) {
  const problems = check?.problems ?? [];
  const isObject = "value" in parsed && isRecord(parsed.value);
  return (
    <section class="stack" aria-label="Checks and graph">
      <p role="status" class={problems.length > 0 || !isObject ? "reason" : "soft"}>
        {"error" in parsed && parsed.error}
        {"value" in parsed && !isObject && "A workflow is an object with steps."}
        {isObject && (check?.valid ? "No problems." : countOf(problems.length, "problem"))}
      </p>
      <ul class="stack small">
        {problems.map(({ path, message }) => (
          <li key={path + message}>
            {path !== "" && <code>{path}</code>} <Words of={message} />
          </li>
        ))}
      </ul>
      <Graph steps={check?.steps ?? []} />
    </section>
  );
}
