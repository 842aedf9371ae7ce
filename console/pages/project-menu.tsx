import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Name } from "../parts/text.tsx";
import { projectId, session } from "../state/session.ts";
import { KeyForm } from "./sign-in.tsx";

/** Shows the project of the screen, and changes to another one of the session or adds one by its key. */
export function ProjectMenu() {
  const [isAdding, setAdding] = useState(false);
  const { route } = useLocation();
  const projects = session.value?.projects ?? [];
  const here = projects.find(({ id }) => id === projectId.value);
  return (
    <details class="project-menu">
      <summary>
        <Name of={here?.name ?? (projectId.value === null ? "Operator" : "Another project")} />
        <Icon name="down" size={16} />
      </summary>
      <div class="project-choices">
        {projects.map(({ id, name }) => (
          <a
            key={id}
            class="menu-entry"
            href={`/console/${id}/`}
            aria-current={id === here?.id ? "true" : undefined}
          >
            <Name of={name} />
          </a>
        ))}
        <button type="button" class="menu-entry" onClick={() => setAdding(true)}>
          <Icon name="plus" size={16} /> Add a project
        </button>
      </div>
      {isAdding && (
        <Dialog title="Add a project" onClose={() => setAdding(false)}>
          <p class="soft">Paste a key of the project, or the admin key. What is open stays open.</p>
          <KeyForm
            action="Add"
            onDone={(id) => {
              setAdding(false);
              if (id !== null) route(`/console/${id}/`);
            }}
          />
        </Dialog>
      )}
    </details>
  );
}
