import { err, ok, type Result } from "../../../result.ts";
import type { Hop } from "./hop.ts";

const PLACEHOLDER = /\{\{\s*secrets\.([^{}]*?)\s*\}\}/g;

/** The names of secrets that headers ask for. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  const names = Object.values(headers).flatMap((value) =>
    Array.from(value.matchAll(PLACEHOLDER), ([, name = ""]) => name),
  );
  return [...new Set(names)];
}

/** Headers with their secrets in place, names in lower case; or the name of a secret that there is not. */
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
 * A text with the secrets that were sent taken out again, as they are and as JSON and addresses write them: servers repeat
 * headers in answers and errors, and outputs and errors are kept and shown.
 */
export function hideSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  // Longest first, so that a secret within another one leaves no remainder of it.
  const known = [...secrets].toSorted(([, a], [, b]) => b.length - a.length);
  return known.reduce((hidden, [name, value]) => {
    const escaped = JSON.stringify(value).slice(1, -1);
    const forms = [value, escaped, escaped.replaceAll("/", "\\/"), encodeURIComponent(value)];
    return forms.reduce((rest, form) => rest.replaceAll(form, () => `{{secrets.${name}}}`), hidden);
  }, text);
}
