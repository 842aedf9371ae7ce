import { useState } from "preact/hooks";

import { call } from "../api/client.ts";
import { ErrorNotice } from "./notice.tsx";

/** Lengths of time without use after which a store may expire, in days; 0 for never. */
const DAYS = [0, 7, 30, 90, 365];

/** The form that makes a vector store. */
export function StoreForm({ onMade }: { onMade: (id: string) => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState(0);
  const [error, setError] = useState<unknown>();
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      const expiry =
        days === 0 ? {} : { expires_after: { anchor: "last_active_at" as const, days } };
      const store = await call("POST /v1/vector_stores", {
        body: { name: name.trim(), ...expiry },
      });
      onMade(store.id);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form class="stack form" onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>Name</span>
        <input
          required
          maxLength={256}
          placeholder="Handbook"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Expires</span>
        <select value={days} onChange={({ currentTarget }) => setDays(Number(currentTarget.value))}>
          {DAYS.map((length) => (
            <option key={length} value={length}>
              {length === 0 ? "Never" : `After ${length} days without use`}
            </option>
          ))}
        </select>
      </label>
      <ErrorNotice error={error} />
      <button type="submit" class="button primary" disabled={name.trim() === ""}>
        Make the store
      </button>
    </form>
  );
}
