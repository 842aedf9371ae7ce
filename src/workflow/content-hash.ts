import type { Definition } from "../kernel/rules/definition.ts";

/**
 * Computes the SHA-256 of a definition, in hex, by which an unchanged workflow is recognised. It does not depend on the
 * name of the workflow, the order of properties, or defaults that are written explicitly.
 */
export async function contentHash({ name: _name, ...graph }: Definition): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(graph));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Formats a value as JSON without white space, with the properties of every object sorted by name, so that equal values
 * give equal texts.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
