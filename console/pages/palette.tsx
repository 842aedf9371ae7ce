import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { Dialog } from "../parts/dialog.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { projectId, session } from "../state/session.ts";
import { SCREENS, screenHref } from "./routes.ts";

type Entry = { readonly href: string; readonly label: string; readonly icon: IconName };

/** The search that is open everywhere: screens by name, and objects by their id. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const { route } = useLocation();
  const entries = findEntries(text.trim());
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    route(entry.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((index) => (index + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === "Enter") go(entries[chosen]);
  };
  return (
    <Dialog title="Search" place="top" onClose={onClose}>
      <input
        class="palette-field"
        type="search"
        aria-label="Name of a screen, or the id of anything"
        placeholder="A screen, or an id such as file-… or run_…"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette"
        aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
        list={undefined}
        value={text}
        autoFocus
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <ul class="palette" id="palette" role="listbox" aria-label="Results">
        {entries.map((entry, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above handles the keys for the list
          <li
            key={entry.href}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => go(entry)}
          >
            <Icon name={entry.icon} /> {entry.label}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p class="soft">Nothing has this name, and no id looks like it.</p>}
    </Dialog>
  );
}

function findEntries(text: string): Entry[] {
  const home = projectId.value ?? session.value?.projects[0]?.id ?? null;
  const open = SCREENS.filter(({ needs }) =>
    needs === "operator" ? session.value?.operator : home !== null,
  );
  const byId = open.filter(({ opens }) => text !== "" && opens?.test(text));
  const named = open.filter(({ menu }) => menu?.label.toLowerCase().includes(text.toLowerCase()));
  return [
    ...byId.map((screen) => ({
      href: screenHref(screen, home, text),
      label: `Open ${text}`,
      icon: "link" as const,
    })),
    ...named.flatMap((screen) =>
      screen.menu
        ? [{ href: screenHref(screen, home), label: screen.menu.label, icon: screen.menu.icon }]
        : [],
    ),
  ];
}
