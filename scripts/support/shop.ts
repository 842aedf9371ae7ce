import { z } from "zod";

/** A note that a run has added to an order. Each run adds at most one. */
export type Note = { readonly run: string; readonly text: string };
/** The response of the shop's API to a request. */
export type ShopReply = { readonly status: number; readonly body: object | null };

const NoteBody = z.object({ run: z.string(), text: z.string() });

/** The API of a shop that the customer service calls, in memory: a customer's orders, and notes at orders. */
export class Shop {
  readonly #orders: Readonly<Record<string, readonly object[]>>;
  readonly #notes = new Map<string, readonly Note[]>();

  constructor(orders: Readonly<Record<string, readonly object[]>>) {
    this.#orders = orders;
  }

  /** Lists the notes at an order. */
  listNotes(order: string): readonly Note[] {
    return this.#notes.get(order) ?? [];
  }

  /** Answers a request to the API. */
  respond(method: string, { pathname, searchParams }: URL, body: string): ShopReply {
    if (method === "GET" && pathname === "/orders") {
      const email = (searchParams.get("email") ?? "").toLowerCase();
      return { status: 200, body: { orders: this.#orders[email] ?? [] } };
    }
    const [, order, run] = /^\/orders\/([^/]+)\/notes(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (order === undefined) return { status: 404, body: { error: "There is nothing here" } };
    const notes = this.listNotes(order);
    if (method === "GET") return { status: 200, body: { notes } };
    if (method === "POST") {
      const note = NoteBody.parse(JSON.parse(body));
      // Repeating a note has no effect.
      this.#notes.set(order, [...notes.filter((other) => other.run !== note.run), note]);
      return { status: 201, body: note };
    }
    if (method === "DELETE" && run !== undefined) {
      const left = notes.filter((note) => note.run !== run);
      this.#notes.set(order, left);
      return { status: left.length < notes.length ? 204 : 404, body: null };
    }
    return { status: 405, body: { error: `${method} is not served` } };
  }
}
