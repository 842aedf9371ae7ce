import type { FakeAccount } from "./account.ts";

/** A request of a tool to the API, without the address of the account. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The jurisdiction of the buckets that are meant; null for those in none. */
  readonly jurisdiction: string | null;
  /** The parsed body, if it is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The description of the Worker that is uploaded, in JSON; null if the body is no form. */
  readonly metadata: string | null;
};

/** An answer of the API. */
export type ApiAnswer = {
  readonly status: number;
  readonly body: object;
};

/** Answers the operation of a route. */
export type Handler = (
  account: FakeAccount,
  request: ApiRequest,
  names: Record<string, string>,
) => ApiAnswer;

/** Makes a success in the form of the API. */
export const found = (result: unknown, extra: object = {}): ApiAnswer => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result, ...extra },
});

/** Makes a refusal in the form of the API. */
export const refused = (status: number, code: number, message: string): ApiAnswer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

/** Reads a text; empty for anything else. */
export const text = (value: unknown) => (typeof value === "string" ? value : "");

/** An operation: its method, its path with `:name` for a part, and its handler. */
export type Route = readonly [method: string, path: string, handler: Handler];
