import type { Definition } from "../kernel/rules/definition.ts";

/**
 * What a definition is stored by, SHA-256 in hexadecimal. The same graph has the same hash whatever it is called,
 * in whatever order its members were written, and whether its defaults were: `compileWorkflow` writes those out.
 */
export async function contentHash({ name: _name, ...graph }: Definition): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(graph));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** JSON without whitespace, in which every object's members are sorted by name. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
