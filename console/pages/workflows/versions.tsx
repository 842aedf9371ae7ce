import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import { Differences } from "../../parts/differences/differences.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { useParam } from "../../state/address.ts";
import { formatJson } from "../../state/json.ts";
import { useQuery } from "../../state/query.ts";
import { formatTime } from "../../state/words.ts";
import { bodyOf } from "./editor.tsx";

/** Two versions of a workflow beside each other, by their lines. */
export function Versions({ name, latest }: { name: string; latest: number }) {
  // The versions that are compared stay when somebody saves another one.
  const [newest, setNewest] = useState(latest);
  const [from, setFrom] = useParam("from", String(Math.max(1, newest - 1)));
  const [to, setTo] = useParam("to", String(newest));
  const versions = useQuery(`versions:${name}:${latest}`, async (signal) => {
    const query = { limit: 100 };
    return (await call("GET /v1/workflows/{name}/versions", { path: { name }, query, signal }))
      .data;
  });
  const texts = useQuery(`${name}:${from}:${to}`, (signal) =>
    Promise.all([readText(name, from, signal), readText(name, to, signal)]),
  );
  if (latest === 1) return <p class="soft">There is one version. Save a change to compare it.</p>;
  const choices = (versions.value ?? []).map(({ version, created_at: at }) => ({
    value: String(version),
    label: `Version ${version}, ${formatTime(at)}`,
  }));
  return (
    <section class="card stack" aria-label="Differences">
      <div class="split">
        <Choice label="From" value={from} choices={choices} onChange={setFrom} />
        <Choice label="To" value={to} choices={choices} onChange={setTo} />
      </div>
      <p role="status" class="small">
        {latest !== newest && (
          <>
            Version {latest} was saved meanwhile.{" "}
            <button
              type="button"
              class="link"
              onClick={() => {
                setNewest(latest);
                setFrom("");
                setTo("");
              }}
            >
              Compare it with the one before
            </button>
          </>
        )}
      </p>
      <ErrorNotice error={versions.error ?? texts.error} retry={texts.reload} />
      {!texts.value && texts.isLoading && <Loading />}
      {texts.value && <Differences before={texts.value[0]} after={texts.value[1]} />}
    </section>
  );
}

async function readText(name: string, version: string, signal: AbortSignal): Promise<string> {
  const query = { version: Number(version) };
  const workflow = await call("GET /v1/workflows/{name}", { path: { name }, query, signal });
  return formatJson({ description: workflow.description, ...bodyOf(workflow) });
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
};

const Choice = ({ label, value, choices, onChange }: ChoiceProps) => (
  <label class="field">
    <span>{label}</span>
    <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  </label>
);
