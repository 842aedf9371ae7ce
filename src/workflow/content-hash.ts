import type { Definition } from "../kernel/rules/definition.ts";

/**
 * Returns the SHA-256 of a definition, in hex, under which it is stored. The same graph has the same hash,
 * independent of its name, the order of its members, and explicit defaults: `compileWorkflow` writes defaults out.
 */
export async function contentHash({ name: _name, ...graph }: Definition): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(graph));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Formats JSON without whitespace, with the members of every object sorted by name. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
