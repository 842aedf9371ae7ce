import { signal } from "@preact/signals";

/** The colours of the console: those of the system, or those that a person has chosen for this browser. */
export type Theme = "system" | "light" | "dark";

const STORED = "edgewise-theme";
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** The theme in use. */
export const theme = signal<Theme>(readStored());

/** Shows the theme in use; the style reads it from the attribute `data-theme`. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === "system") delete dataset["theme"];
  else dataset["theme"] = theme.value;
}

/** Changes to the next theme, and keeps it for this browser. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  localStorage.setItem(STORED, theme.value);
  applyTheme();
}

function readStored(): Theme {
  const stored = localStorage.getItem(STORED);
  return THEMES.find((one) => one === stored) ?? "system";
}
