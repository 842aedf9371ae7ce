import { call } from "../api/client.ts";
import { useAction } from "../state/action.ts";
import { useDraft } from "../state/use-draft.ts";
import { DraftNote } from "./draft-note.tsx";
import { ErrorNotice } from "./notice.tsx";

/** Lengths of time without use after which a store may expire, in days; 0 for never. */
const DAYS = [0, 7, 30, 90, 365];

/** The form that makes a vector store. */
export function StoreForm({ onMade }: { onMade: (id: string) => void }) {
  const draft = useDraft("store", { name: "", days: "0" });
  const { name, days } = draft.values;
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const after = { anchor: "last_active_at" as const, days: Number(days) };
      const expiry = days === "0" ? {} : { expires_after: after };
      const store = await call("POST /v1/vector_stores", {
        body: { name: name.trim(), ...expiry },
      });
      draft.clear();
      onMade(store.id);
    });
  };
  return (
    <form class="stack form" onSubmit={submit}>
      <DraftNote draft={draft} />
      <label class="field">
        <span>Name</span>
        <input required maxLength={256} placeholder="Handbook" {...draft.bind("name")} />
      </label>
      <label class="field">
        <span>Expires</span>
        <select {...draft.bind("days")}>
          {DAYS.map((length) => (
            <option key={length} value={length}>
              {length === 0 ? "Never" : `After ${length} days without use`}
            </option>
          ))}
        </select>
      </label>
      <ErrorNotice error={action.error} />
      <button type="submit" class="button primary" disabled={action.isBusy || name.trim() === ""}>
        Make the store
      </button>
    </form>
  );
}
