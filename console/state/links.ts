import { projectId } from "./session.ts";

/** The part of a path that stands in the place of a project's id on the operator's screens. */
export const OPERATOR = "operator";

/** Makes the address of a screen of the present project, such as `/files/file-01…`. */
export const link = (path: string): string => `/console/${projectId.value ?? OPERATOR}${path}`;

/** Makes the address of a screen with parameters; those that are empty are left out. */
export function linkWith(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  const text = search.toString();
  return link(text === "" ? path : `${path}?${text}`);
}
