import { err, ok, type Result } from "../../../../result.ts";
import { SecretText } from "./secret-text.ts";

/** Headers as a step has filled them in, with references to secrets. */
type Headers = Readonly<Record<string, string | SecretText>>;

/** Headers with their secrets, and the names of those that contain one. */
type FilledHeaders = {
  readonly headers: Readonly<Record<string, string>>;
  readonly secretHeaders: ReadonlySet<string>;
};

/** Lists the names of the secrets to which the headers of an `http@1` step refer. */
export function secretsIn(headers: Headers): string[] {
  return [...new Set(Object.values(headers).flatMap(secretsOf))];
}

/**
 * Replaces the references to secrets in headers by their values, and converts header names to lower case. The error is
 * the name of a missing secret.
 */
export function putSecrets(
  headers: Headers,
  secrets: ReadonlyMap<string, string>,
): Result<FilledHeaders, string> {
  const missing = secretsIn(headers).find((name) => !secrets.has(name));
  if (missing !== undefined) return err(missing);
  const entries = Object.entries(headers).map(
    ([name, value]) =>
      [
        name.toLowerCase(),
        value instanceof SecretText ? value.put((secret) => secrets.get(secret) ?? "") : value,
        secretsOf(value).length > 0,
      ] as const,
  );
  return ok({
    headers: Object.fromEntries(entries.map(([name, value]) => [name, value])),
    secretHeaders: new Set(entries.filter(([, , isSecret]) => isSecret).map(([name]) => name)),
  });
}

const secretsOf = (value: string | SecretText) =>
  value instanceof SecretText ? value.secrets : [];
