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
    const text = search.toString();
    route(location.pathname + (text === "" ? "" : `?${text}`), true);
  };
  return [query[name] ?? fallback, change];
}
