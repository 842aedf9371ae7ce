import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { Call, FakeCloudflare } from "../../test/fakes/cloudflare/server.ts";
import type { Ended } from "../deploy/wrangler.ts";

/** A wrangler command that ran: its calls of the API with their outcomes, in order, and its end. */
type Recording = { readonly calls: readonly Call[]; readonly ended: Ended };

/** The end of a command, and how it was reached. */
export type Done = { readonly ended: Ended; readonly how: "ran" | "repeated" };

/**
 * Recordings of wrangler commands. Starting wrangler takes a second, and what a command does depends on nothing but its
 * arguments and the answers that it gets. So a command is repeated from its recording where each of its calls has the
 * outcome that it had then, and runs where a call has another one. Either way all its calls reach the account.
 */
export class Recordings {
  readonly #byCommand = new Map<string, Recording[]>();
  readonly #running = new Map<string, Promise<Ended>>();
  /** The numbers of commands that ran and that were repeated. */
  readonly counts = { ran: 0, repeated: 0 };

  /** Repeats a command or calls `run`. `command` is everything that its end depends on, besides the answers. */
  async run(fake: FakeCloudflare, command: string, run: () => Promise<Ended>): Promise<Done> {
    const situation = createHash("sha256")
      .update(`${command}\n${describe(fake)}`)
      .digest("hex");
    // Another trial may run the same command in the same situation at this time.
    await this.#running.get(situation);
    const repeated = this.#repeat(fake, command);
    if (repeated !== null) {
      this.counts.repeated += 1;
      return { ended: repeated, how: "repeated" };
    }
    this.counts.ran += 1;
    const before = fake.record.length;
    const running = run();
    this.#running.set(situation, running);
    const ended = await running;
    const recording = { calls: fake.record.slice(before), ended };
    this.#byCommand.set(command, [...this.#recordingsOf(command), recording]);
    this.#running.delete(situation);
    return { ended, how: "ran" };
  }

  #recordingsOf(command: string): readonly Recording[] {
    return this.#byCommand.get(command) ?? [];
  }

  /** Repeats the command; null, with the account as before, if a call has an outcome that no recording has. */
  #repeat(fake: FakeCloudflare, command: string): Ended | null {
    let candidates = this.#recordingsOf(command);
    const { account, lost, record, calls } = fake;
    const before = { account: account.copy(), lost, record: record.length, calls: calls.length };
    for (let at = 0; ; at++) {
      const [first] = candidates;
      if (!first) break;
      const call = first.calls[at];
      if (!call) return first.ended;
      const { request } = call;
      const made = { request, outcome: fake.answer(request) };
      candidates = candidates.filter((one) => isDeepStrictEqual(one.calls[at], made));
    }
    account.become(before.account);
    fake.lost = before.lost;
    record.length = before.record;
    calls.length = before.calls;
    return null;
  }
}

/** Describes everything that decides the outcome of the next calls. */
const describe = ({ account, calls, lost, loseAt, refusal }: FakeCloudflare) =>
  [
    account.print(),
    String(loseAt),
    lost && JSON.stringify({ ...lost, at: lost.at - calls.length }),
    refusal && `${refusal.calls.source} ${JSON.stringify(refusal.answer)}`,
  ].join("\n");
