/** An answer that is being made, kept for this tab, so that a page that is loaded again goes on with it. */
type Pending = { readonly responseId: string; readonly question: string };
const pendingName = (id: string) => `edgewise-pending-${id}`;

/** Keeps the answer that is being made in a conversation; null once it is over. */
export function keepPending(id: string, pending: Pending | null): void {
  if (!pending) sessionStorage.removeItem(pendingName(id));
  else {
    const { responseId, question } = pending;
    sessionStorage.setItem(pendingName(id), JSON.stringify({ responseId, question }));
  }
}

/** Reads the answer that was being made in a conversation; null if there was none. */
export function readPending(id: string): Pending | null {
  const text = sessionStorage.getItem(pendingName(id));
  return text === null ? null : JSON.parse(text);
}
