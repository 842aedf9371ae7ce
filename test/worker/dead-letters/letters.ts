import { vi } from "vitest";
import type { z } from "zod";

import type { DeadLetterBody } from "../../../src/http/workflow/dead-letter-body.ts";
import type { TestProject } from "../project.ts";

/** A dead letter as the API shows it. */
export type Letter = z.output<typeof DeadLetterBody>;
type Reply = {
  readonly status: number;
  readonly json: Letter & { readonly error: { readonly code: string; readonly message: string } };
};

/** Makes functions that call the routes of dead letters of a project. */
export function createLetterCalls({ fetch }: Pick<TestProject, "fetch">) {
  const list = async (query = ""): Promise<Letter[]> => {
    const response = await fetch(`/dead_letters${query}`);
    const body: { data: Letter[] } = await response.json();
    return body.data;
  };
  const call = async (method: string, path: string, body?: object): Promise<Reply> => {
    const response = await fetch(`/dead_letters${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  };
  const get = async (id: string) => await call("GET", `/${id}`);
  const redrive = async (id: string) => await call("POST", `/${id}/redrive`);
  /** Waits until a letter has a status. */
  const until = async (id: string, status: Letter["status"]): Promise<Letter> =>
    await vi.waitUntil(
      async () => {
        const { json } = await get(id);
        return json.status === status && json;
      },
      { timeout: 10_000, interval: 20 },
    );
  /** Waits for the only letter of the project. */
  const only = async (): Promise<Letter> =>
    await vi.waitUntil(
      async () => {
        const [letter, ...others] = await list();
        if (others.length > 0) throw new Error("There is more than one letter");
        return letter;
      },
      { timeout: 10_000, interval: 20 },
    );
  return { list, call, get, redrive, until, only };
}
