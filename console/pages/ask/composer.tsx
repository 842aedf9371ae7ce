import { call } from "../../api/client.ts";
import { Icon } from "../../parts/icon.tsx";
import { LeftOut } from "../../parts/left-out.tsx";
import { Name } from "../../parts/text.tsx";
import { keepDraft, readDraft } from "../../state/drafts.ts";
import { onOpening } from "../../state/on-opening.ts";
import { useQuery } from "../../state/query.ts";
import { findLeftOut } from "../../state/where.ts";
import { countOf } from "../../state/words.ts";
import type { AskChoices } from "./ask-options.ts";

type ComposerProps = {
  /** The conversation for which what is typed is kept, should the page be left; null for one that is not made yet. */
  readonly conversation: string | null;
  readonly options: AskChoices;
  readonly isBusy: boolean;
  /** Sends a question; false if it could not be sent. */
  readonly onAsk: (question: string) => Promise<boolean>;
  readonly onStop: () => void;
};

/**
 * The field for a question, with the stores, the model and the conditions that it is asked with. It stays the same when a
 * conversation is made, so who types on there is not interrupted. Its button to stop has a key of its own: a click that
 * begins on it never ends on the one to ask, which would send what was typed.
 */
export function Composer({ conversation, options, isBusy, onAsk, onStop }: ComposerProps) {
  const text = readDraft(conversation);
  const change = (to: string) => keepDraft(conversation, to);
  const send = async () => {
    const question = text.trim();
    if (question === "" || isBusy) return;
    change("");
    if (await onAsk(question)) return;
    const later = readDraft(conversation);
    change(later === "" ? text : `${text}\n${later}`);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        aria-label="Question"
        data-search
        placeholder="Ask a question about your documents"
        rows={1}
        value={text}
        onInput={({ currentTarget }) => change(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <div class="composer-row">
        <StorePicker options={options} />
        <ModelPicker options={options} />
        <WherePicker options={options} />
        {isBusy ? (
          <button key="stop" type="button" class="button send" onClick={onStop}>
            <Icon name="stop" size={16} /> <span>Stop</span>
          </button>
        ) : (
          <button key="ask" type="submit" class="button primary send" disabled={text.trim() === ""}>
            <Icon name="send" size={16} /> <span>Ask</span>
          </button>
        )}
      </div>
    </form>
  );
}

function StorePicker({ options }: { options: AskChoices }) {
  const { stores = [], chosen, choose, reload } = options;
  // A store that is chosen is shown also where it is not among the newest ones, or was deleted.
  const others = chosen.filter((id) => stores.every((store) => store.id !== id));
  const offered = [...stores, ...others.map((id) => ({ id, name: id }))];
  const names = offered.filter(({ id }) => chosen.includes(id)).map(({ id, name }) => name || id);
  const label = names.length > 1 ? countOf(names.length, "store") : (names[0] ?? "No documents");
  return (
    <details class="picker">
      <summary {...onOpening(reload)}>
        <Icon name="stores" size={16} />
        <span class="hidden">Search in </span>
        <Name of={label} />
      </summary>
      <div class="picker-list">
        {offered.length === 0 && <p class="soft small">There is no vector store yet.</p>}
        {offered.map(({ id, name }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={({ currentTarget }) =>
                choose(currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
            />
            <Name of={name || id} />
          </label>
        ))}
      </div>
    </details>
  );
}

function ModelPicker({ options: { model, setModel } }: { options: AskChoices }) {
  const read = useQuery("models", (signal) => call("GET /v1/models", { signal }));
  const models = read.value?.data ?? [];
  const answering = models.filter(({ used_for: use }) => use === "answers");
  const standard = answering.find((one) => one.default === true);
  return (
    <label>
      <span class="hidden">Model</span>
      <select
        value={model}
        onChange={({ currentTarget }) => setModel(currentTarget.value)}
        {...onOpening(read.reload)}
      >
        <option value="">{standard ? standard.id : "Default model"}</option>
        {answering
          .filter(({ id }) => id !== standard?.id)
          .map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
      </select>
    </label>
  );
}

function WherePicker({ options: { where, setWhere } }: { options: AskChoices }) {
  const lines = where.split("\n").filter((line) => line.trim() !== "").length;
  const count = lines - findLeftOut(where).length;
  return (
    <details class="picker">
      <summary>{count === 0 ? "All files" : countOf(count, "condition")}</summary>
      <div class="picker-list">
        <label class="field">
          <span>Only files whose attributes match</span>
        </label>
        <textarea
          aria-label="Conditions"
          rows={3}
          placeholder={"department = people\nyear >= 2025"}
          value={where}
          onChange={({ currentTarget }) => setWhere(currentTarget.value)}
        />
        <LeftOut where={where} />
      </div>
    </details>
  );
}
