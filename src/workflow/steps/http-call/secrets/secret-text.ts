import { isRecord } from "../../../../record.ts";
/**
 * References to secrets, `{{secrets.NAME}}`, count only where the definition of a workflow wrote them. So they are read
 * from the template, before any data is filled in, and become a type that data cannot have.
 */
import { mapTemplate } from "../../../language/template.ts";

/** A reference. Quotes are no part of a name, so an expression that joins texts to one does not refer to a secret. */
const PLACEHOLDER = /\{\{\s*secrets\.([^{}"'\\]*?)\s*\}\}/g;

/**
 * The error message for a reference to a secret outside of header values. In a URL, the secret would be in the logs of
 * every server on the way.
 */
export const SECRETS_IN_HEADERS_ONLY = "secrets are allowed in the values of headers only";

type SecretPart = { readonly secret: string; readonly written: string };

/**
 * A header value that refers to secrets, such as `Bearer {{secrets.NAME}}`: its literal texts, and the names of the
 * secrets between them.
 */
export class SecretText {
  readonly parts: readonly (string | SecretPart)[];

  constructor(parts: SecretText["parts"]) {
    this.parts = parts;
  }

  /** The names of the secrets, in order. */
  get secrets(): readonly string[] {
    return this.parts.flatMap((part) => (typeof part === "string" ? [] : [part.secret]));
  }

  /** Returns the header value with the secrets in place of the references. `find` returns the secret of a name. */
  put(find: (name: string) => string): string {
    return this.parts.map((part) => (typeof part === "string" ? part : find(part.secret))).join("");
  }

  /** Returns the header value with the references (`{{secrets.NAME}}`) in place of the secrets. */
  toString(): string {
    return this.parts.map((part) => (typeof part === "string" ? part : part.written)).join("");
  }

  /**
   * Returns the header value with the references (`{{secrets.NAME}}`), so that JSON of a step's parameters does not
   * show the secrets.
   */
  toJSON(): string {
    return this.toString();
  }
}

/**
 * Evaluates the expressions in the parameters of `http@1` by `fill`, and makes a `SecretText` of each header value that
 * the workflow wrote with a reference to a secret. References that come from data stay plain text. A reference in the
 * URL is an error.
 */
export function fillWithSecrets(template: unknown, fill: (template: unknown) => unknown): unknown {
  const marks = new Marks();
  const marked = mapTemplate(template, (text) => marks.set(text));
  if (marks.isEmpty) return fill(template);
  const filled = fillMarked(template, marked, fill);
  if (!isRecord(filled)) return marks.remove(filled);
  const { headers, ...rest } = filled;
  if (marks.isIn([rest["url"], rest["query"]])) throw new Error(SECRETS_IN_HEADERS_ONLY);
  const values = isRecord(headers)
    ? Object.entries(headers).map(([name, value]) => [name, marks.read(value)] as const)
    : null;
  return {
    ...Object(marks.remove(rest)),
    ...(headers !== undefined && { headers: values ? Object.fromEntries(values) : headers }),
  };
}

/**
 * Stands in for the references of one template while it is filled in. A mark has a random part that is younger than
 * all data of the run, so no data contains one.
 */
class Marks {
  readonly #prefix = `secret-${crypto.randomUUID()}-`;
  readonly #pattern = new RegExp(`${this.#prefix}(\\d+)\\.`, "g");
  readonly #parts: SecretPart[] = [];

  /** True when no reference was replaced. */
  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Replaces the references of a text by marks. */
  set(text: string): string {
    return text.replace(PLACEHOLDER, (written: string, secret: string) => {
      this.#parts.push({ secret, written });
      return `${this.#prefix}${this.#parts.length - 1}.`;
    });
  }

  /** Tests for a mark anywhere in a value. */
  isIn(value: unknown): boolean {
    return JSON.stringify(value).includes(this.#prefix);
  }

  /** Converts a header's value: a text with marks to a `SecretText`; other values stay as they are. */
  read(value: unknown): unknown {
    if (typeof value !== "string" || !value.includes(this.#prefix)) return value;
    const parts = value
      .split(this.#pattern)
      // The pattern has one group, so every second part is the number of a mark.
      .map((part, at) => (at % 2 === 0 ? part : (this.#parts[Number(part)] ?? "")))
      .filter((part) => part !== "");
    return new SecretText(parts);
  }

  /** Writes the references back in place of their marks. */
  remove(value: unknown): unknown {
    if (value === undefined) return value;
    const text = JSON.stringify(value).replace(this.#pattern, (_, at: string) =>
      JSON.stringify(this.#parts[Number(at)]?.written ?? "").slice(1, -1),
    );
    return JSON.parse(text);
  }
}

/** Fills in a template with marks. If that fails, the error is the one of the template as it was written. */
function fillMarked(
  template: unknown,
  marked: unknown,
  fill: (template: unknown) => unknown,
): unknown {
  try {
    return fill(marked);
  } catch (error) {
    fill(template);
    throw error;
  }
}
