/** The part of an OpenAPI document that the list of operations shows. */
export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
};
type Entry = { readonly method: string; readonly operation: Operation };

/** Lists the operations by tag, in the document's order. Calls `open` with the chosen one. */
export function fillContents(
  target: HTMLElement,
  description: Description,
  open: (tag: string, operationId: string) => void,
): void {
  const groups = Array.from(byTag(description), ([tag, entries]) => {
    const heading = document.createElement("h2");
    heading.textContent = tag;
    const list = document.createElement("ul");
    list.append(...entries.map((entry) => item(tag, entry, open)));
    return [heading, list];
  });
  target.replaceChildren(...groups.flat());
}

function byTag({ paths }: Description): Map<string, Entry[]> {
  const entries = Object.values(paths).flatMap((methods) =>
    Object.entries(methods).map(([method, operation]) => ({ method, operation })),
  );
  return Map.groupBy(entries, ({ operation }) => operation.tags[0] ?? "Other");
}

function item(
  tag: string,
  { method, operation: { operationId, summary } }: Entry,
  open: (tag: string, operationId: string) => void,
): HTMLLIElement {
  const link = document.createElement("a");
  link.href = `#/${encodeURIComponent(tag)}/${operationId}`;
  const badge = document.createElement("span");
  badge.className = `method ${method}`;
  badge.textContent = method === "delete" ? "DEL" : method.toUpperCase();
  link.append(badge, summary);
  link.addEventListener("click", (event) => {
    // A click with a modifier opens another tab, which reads the address itself.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(tag, operationId);
  });
  const row = document.createElement("li");
  row.append(link);
  return row;
}
