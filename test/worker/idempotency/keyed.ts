import { newId } from "../../../src/ids.ts";
import type { TestProject } from "../project.ts";

/** The answer to a request with an idempotency key. */
export type Keyed = {
  readonly status: number;
  readonly replayed: string | null;
  readonly retry: string | null;
  readonly id: string;
  readonly code: string | undefined;
  readonly json: { readonly id: string; readonly status?: string };
};

/** Sends JSON with an idempotency key. */
export async function sendKeyed(
  { fetch }: Pick<TestProject, "fetch">,
  path: string,
  body: object,
  key: string,
): Promise<Keyed> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
  });
  return await readKeyed(response);
}

/** Reads what the answer to a request with an idempotency key says about the key. */
export async function readKeyed(response: Response): Promise<Keyed> {
  const json: Keyed["json"] & { error?: { code: string } } = await response.json();
  return {
    status: response.status,
    replayed: response.headers.get("idempotency-replayed"),
    retry: response.headers.get("x-should-retry"),
    id: json.id,
    code: json.error?.code,
    json,
  };
}

/** Makes a new idempotency key. */
export const newRequestKey = () => newId("once_");

/** The answer that a key of another content gets. */
export const REUSED = { status: 422, code: "idempotency_key_reused", replayed: null };
/** The answer that a key gets whose resource was deleted. */
export const SPENT = { status: 409, code: "idempotency_key_spent", retry: "false" };
