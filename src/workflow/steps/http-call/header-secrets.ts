import { err, ok, type Result } from "../../../result.ts";
import type { Hop } from "./hop.ts";

const PLACEHOLDER = /\{\{\s*secrets\.([^{}]*?)\s*\}\}/g;

/** Lists the names of the secrets that headers refer to. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  const names = Object.values(headers).flatMap((value) =>
    Array.from(value.matchAll(PLACEHOLDER), ([, name = ""]) => name),
  );
  return [...new Set(names)];
}

/** Inserts secrets into headers and lower-cases their names. The error is the name of a missing secret. */
export function putSecrets(
  headers: Readonly<Record<string, string>>,
  secrets: ReadonlyMap<string, string>,
): Result<Pick<Hop, "headers" | "secretHeaders">, string> {
  const missing = secretsIn(headers).find((name) => !secrets.has(name));
  if (missing !== undefined) return err(missing);
  const entries = Object.entries(headers).map(
    ([name, value]) =>
      [
        name.toLowerCase(),
        value.replaceAll(PLACEHOLDER, (_, secret: string) => secrets.get(secret) ?? ""),
        secretsIn({ value }).length > 0,
      ] as const,
  );
  return ok({
    headers: Object.fromEntries(entries),
    secretHeaders: new Set(entries.filter(([, , isSecret]) => isSecret).map(([name]) => name)),
  });
}

/**
 * Removes the sent secrets from a text, in their plain, JSON and URL-encoded forms. Servers repeat headers in
 * answers and errors, and outputs and errors are stored and shown.
 */
export function hideSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  // Longest first, so that a secret inside another one leaves no rest of it.
  const known = [...secrets].toSorted(([, a], [, b]) => b.length - a.length);
  return known.reduce((hidden, [name, value]) => {
    const escaped = JSON.stringify(value).slice(1, -1);
    const forms = [value, escaped, escaped.replaceAll("/", "\\/"), encodeURIComponent(value)];
    return forms.reduce((rest, form) => rest.replaceAll(form, () => `{{secrets.${name}}}`), hidden);
  }, text);
}
