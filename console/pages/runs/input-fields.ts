import type { Workflow } from "../../api/operations.ts";
import type { Json } from "../../state/json.ts";

/** Finds the members of the input that a workflow reads, in the order of its text: `input.order` in its templates. */
export function findInputFields({ steps, output }: Pick<Workflow, "steps" | "output">): string[] {
  const text = JSON.stringify([steps, output ?? null]);
  const found = Array.from(text.matchAll(/\binput\.([A-Za-z_]\w*)/g), ([, name]) => name ?? "");
  return [...new Set(found)];
}

/** Makes the input of a run from what was typed into its fields: JSON where it is some, else text. Empty fields are left out. */
export function makeInput(fields: Readonly<Record<string, string>>): Record<string, Json> {
  const typed = Object.entries(fields).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(typed.map(([name, text]) => [name, readValue(text)]));
}

function readValue(text: string): Json {
  if (!/^\s*(?:[[{"]|-?\d|true\s*$|false\s*$|null\s*$)/.test(text)) return text;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
