import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { WorkflowRunApproval } from "../../api/operations.ts";
import { JsonField } from "../../parts/json-field.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { formatJson, type Json, readJson } from "../../state/json.ts";
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

/** The form of one decision: who decides, why, and what. It says which state of the run the person saw. */
export function DecisionForm({ runId, wait, onDecided }: DecisionFormProps) {
  const [actor, setActor] = useState(() => localStorage.getItem(ACTOR) ?? "");
  const [reason, setReason] = useState("");
  const action = useAction();
  const decide = (payload: Json) =>
    action.run(async () => {
      localStorage.setItem(ACTOR, actor);
      const body = {
        payload,
        actor: actor.trim() || null,
        reason: reason.trim() || null,
        event: wait.event,
        id: crypto.randomUUID(),
      };
      const path = { run_id: runId, name: wait.signal ?? wait.step };
      await call("POST /v1/runs/{run_id}/signals/{name}", { path, body });
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
      <div class="split">
        <label class="field">
          <span>Your name{optional("actor")}</span>
          <input value={actor} onInput={({ currentTarget }) => setActor(currentTarget.value)} />
        </label>
        <label class="field">
          <span>Reason{optional("reason")}</span>
          <input
            value={reason}
            dir="auto"
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
      </div>
      <ErrorNotice error={action.error} />
      <Choices
        choices={wait.for === "decision" ? FAILED_STEP : APPROVAL}
        cannot={cannot}
        onChoose={decide}
      />
    </section>
  );
}

const explain = (wait: Wait) =>
  wait.for === "decision"
    ? "The step failed and asks a person"
    : `It waits for the signal ${wait.signal}`;

type ChoicesProps = {
  readonly choices: readonly Choice[];
  readonly cannot: boolean;
  readonly onChoose: (payload: Json) => void;
};

function Choices({ choices, cannot, onChoose }: ChoicesProps) {
  const [json, setJson] = useState<string | null>(null);
  const parsed = json === null ? null : readJson(json);
  return (
    <>
      {json !== null && <JsonField label="Payload as JSON" text={json} onChange={setJson} />}
      <div class="choices">
        {json === null &&
          choices.map(({ label, payload, tone }) => (
            <button
              key={label}
              type="button"
              class={`button ${tone}`}
              disabled={cannot}
              onClick={() => onChoose(payload)}
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
        <button
          type="button"
          class="button quiet"
          onClick={() => setJson(json === null ? formatJson(choices[0]?.payload) : null)}
        >
          {json === null ? "Send another payload" : "Use the buttons"}
        </button>
      </div>
    </>
  );
}

/** Key in the browser's storage for the name of the person who decides, so that it is typed once. */
const ACTOR = "edgewise-actor";
