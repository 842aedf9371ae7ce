import { useState } from "preact/hooks";

import { ErrorNotice } from "../parts/notice.tsx";
import { enter, sessionError } from "../state/session.ts";

/** The form that takes a key. The key leaves it once, to the service, and is kept nowhere in the browser. */
export function KeyForm({
  onDone,
  action = "Sign in",
}: {
  onDone?: (projectId: string | null) => void;
  action?: string;
}) {
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const session = await enter({ api_key: key.trim() });
      setKey("");
      onDone?.(session.projects[0]?.id ?? null);
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>API key</span>
        <input
          type="password"
          autoComplete="off"
          spellcheck={false}
          required
          placeholder="sk-ew-…"
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <ErrorNotice error={error} />
      <button type="submit" class="button primary" disabled={isBusy || key.trim() === ""}>
        {isBusy ? "Signing in …" : action}
      </button>
    </form>
  );
}

/** The page for those who are not signed in. */
export function SignIn() {
  return (
    <main class="sign-in">
      <div class="card">
        <p class="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" /> Edgewise
        </p>
        <h1>Sign in</h1>
        <p class="soft">
          Paste a project’s API key. The admin key opens the operator’s screens. The key is not kept
          in this browser: a cookie that scripts cannot read signs you in for twelve hours.
        </p>
        <ErrorNotice error={sessionError.value} />
        <KeyForm />
        <p class="soft small">
          With <code>npm run dev</code> the link in the terminal signs you in. The{" "}
          <a href="/docs">API docs</a> say how to create keys.
        </p>
      </div>
    </main>
  );
}
