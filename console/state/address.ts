import { useLocation } from "preact-iso";

/**
 * A parameter of the address, such as a filter, and the function that changes it. The address is the only place where
 * it is kept, so a copied link and a reloaded page show the same. Another value replaces the entry of the history.
 */
export function useParam(name: string, fallback = ""): [string, (value: string) => void] {
  const { query, route } = useLocation();
  const change = (value: string) => {
    const search = new URLSearchParams(location.search);
    if (value === "" || value === fallback) search.delete(name);
    else search.set(name, value);
    route(addressWith(search), true);
  };
  return [query[name] ?? fallback, change];
}

/** Returns the function that takes parameters out of the address. */
export function useWithout(names: readonly string[]): () => void {
  const { route } = useLocation();
  return () => {
    const search = new URLSearchParams(location.search);
    for (const name of names) search.delete(name);
    route(addressWith(search), true);
  };
}

function addressWith(search: URLSearchParams): string {
  const text = search.toString();
  return location.pathname + (text === "" ? "" : `?${text}`);
}
