import { signal } from "@preact/signals";

/**
 * Texts that were typed and have not reached the service, by name. The tab keeps them: they outlast other screens, what
 * happens to the thing that they are about, and a reload of the page.
 */
const texts = signal<ReadonlyMap<string, string>>(new Map());

/** The names of those that the browser would not keep, since they are too large for it. A reload would lose them. */
const refused = new Set<string>();

/** Returns a text that is kept; "" if there is none. A component that reads it is drawn again when it changes. */
export const readKept = (name: string): string =>
  texts.value.get(name) ?? sessionStorage.getItem(name) ?? "";

/** Keeps a text; an empty one is forgotten. */
export function keep(name: string, text: string): void {
  const known = texts.peek();
  if (text === (known.get(name) ?? sessionStorage.getItem(name) ?? "")) return;
  texts.value = new Map(known).set(name, text);
  refused.delete(name);
  sessionStorage.removeItem(name);
  if (text === "") return;
  try {
    sessionStorage.setItem(name, text);
  } catch {
    addEventListener("beforeunload", warn);
    refused.add(name);
  }
}

/** Lists the names of the texts that are kept and whose names begin with `prefix`. */
export function listKept(prefix: string): string[] {
  const names = new Set([...Object.keys(sessionStorage), ...texts.value.keys()]);
  return [...names].filter((name) => name.startsWith(prefix) && readKept(name) !== "");
}

/** Lets the browser ask before it leaves a page with a text that it does not keep. */
function warn(event: BeforeUnloadEvent): void {
  if (refused.size > 0) event.preventDefault();
}
