import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { WorkflowRunApproval } from "../../api/operations.ts";
import { DraftNote } from "../../parts/draft-note.tsx";
import { JsonField } from "../../parts/json-field.tsx";
import { ErrorNotice, Note } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson, type Json, readJson } from "../../state/json.ts";
import { type Draft, useDraft } from "../../state/use-draft.ts";
import { formatTime } from "../../state/words.ts";

type Wait = WorkflowRunApproval["waiting_for"][number];

type Choice = {
  readonly label: string;
  readonly payload: Json;
  readonly tone: "primary" | "danger" | "plain";
};

const APPROVAL: readonly Choice[] = [
  { label: "Approve", payload: { approved: true }, tone: "primary" },
  { label: "Reject", payload: { approved: false }, tone: "danger" },
];
const FAILED_STEP: readonly Choice[] = [
  { label: "Try it again", payload: { action: "retry" }, tone: "primary" },
  { label: "Skip it", payload: { action: "skip", output: null }, tone: "plain" },
  { label: "Let it fail", payload: { action: "fail" }, tone: "danger" },
];

type DecisionFormProps = {
  readonly runId: string;
  readonly wait: Wait;
  readonly onDecided: () => void;
};

/** Makes the beginning of the names of the forms for decisions about a run; the name of the step follows. */
export const formPrefix = (runId: string): string => `decision-${runId}-`;

/**
 * The form of one decision: who decides, why, and what. It says which state of the run the person saw. It stays, with
 * what was typed, when the step begins to wait again.
 */
export function DecisionForm({ runId, wait, onDecided }: DecisionFormProps) {
  const [seen] = useState(wait.event);
  const choices = wait.for === "decision" ? FAILED_STEP : APPROVAL;
  const draft: DecisionDraft = useDraft(formPrefix(runId) + wait.step, {
    actor: localStorage.getItem(ACTOR) ?? "",
    reason: "",
    payload: formatJson(choices[0]?.payload),
  });
  const { actor, reason } = draft.values;
  const action = useAction();
  const decide = (payload: Json) =>
    action.run(async () => {
      localStorage.setItem(ACTOR, actor);
      const body = {
        payload,
        actor: actor.trim() || null,
        reason: reason.trim() || null,
        event: wait.event,
      };
      const path = { run_id: runId, name: wait.signal ?? wait.step };
      await call("POST /v1/runs/{run_id}/signals/{name}", { path, body });
      draft.clear();
      onDecided();
    });
  const isMissing = (name: string, value: string) =>
    wait.requires.includes(name) && value.trim() === "";
  const cannot = action.isBusy || isMissing("actor", actor) || isMissing("reason", reason);
  const optional = (name: string) => (wait.requires.includes(name) ? "" : " (optional)");
  return (
    <section class="card stack" aria-label={`Decision about ${wait.step}`}>
      <h2>
        <bdi>{wait.step}</bdi>
      </h2>
      <p class="soft">
        {explain(wait)}
        {wait.until !== null && `, until ${formatTime(wait.until)}`}.
      </p>
      {wait.event !== seen && (
        <Note kind="warning">
          <p>
            The step has begun to wait again since you opened this page. What you have typed is
            still here: look at the evidence again before you decide.
          </p>
        </Note>
      )}
      <DraftNote draft={draft} />
      <div class="split">
        <label class="field">
          <span>Your name{optional("actor")}</span>
          <input {...draft.bind("actor")} />
        </label>
        <label class="field">
          <span>Reason{optional("reason")}</span>
          <input dir="auto" {...draft.bind("reason")} />
        </label>
      </div>
      <ErrorNotice error={action.error} />
      <Choices choices={choices} draft={draft} cannot={cannot} onChoose={decide} />
    </section>
  );
}

const explain = (wait: Wait) =>
  wait.for === "decision"
    ? "The step failed and asks a person"
    : `It waits for the signal ${wait.signal}`;

type DecisionDraft = Draft<"actor" | "reason" | "payload">;

type ChoicesProps = {
  readonly choices: readonly Choice[];
  readonly draft: DecisionDraft;
  readonly cannot: boolean;
  readonly onChoose: (payload: Json) => void;
};

function Choices({ choices, draft, cannot, onChoose }: ChoicesProps) {
  const { payload } = draft.values;
  const [isJson, setJson] = useState(payload !== formatJson(choices[0]?.payload));
  const parsed = isJson ? readJson(payload) : null;
  return (
    <>
      {isJson && (
        <JsonField
          label="Payload as JSON"
          text={payload}
          onChange={(text) => draft.set("payload", text)}
        />
      )}
      <div class="choices">
        {!isJson &&
          choices.map(({ label, payload: chosen, tone }) => (
            <button
              key={label}
              type="button"
              class={`button ${tone}`}
              disabled={cannot}
              onClick={() => onChoose(chosen)}
            >
              {label}
            </button>
          ))}
        {parsed && (
          <button
            type="button"
            class="button primary"
            disabled={cannot || "error" in parsed}
            onClick={() => "value" in parsed && onChoose(parsed.value)}
          >
            Send
          </button>
        )}
        <button type="button" class="button quiet" onClick={() => setJson(!isJson)}>
          {isJson ? "Use the buttons" : "Send another payload"}
        </button>
      </div>
    </>
  );
}

/** Key in the browser's storage for the name of the person who decides, so that it is typed once. */
const ACTOR = "edgewise-actor";
