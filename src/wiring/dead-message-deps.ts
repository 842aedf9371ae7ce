import { keepDeadMessages } from "../platform/databases/dead-message-catalog.ts";
import type { DeadMessage } from "../workflow/dead-letters/dead-message.ts";
import type { OpenWork } from "../workflow/open-work/open-work.ts";
import { pokeOwner } from "./poke-owner.ts";

/** Creates the dependencies of the consumer of dead-letter queues, and of consumers that meet unreadable messages. */
export const deadMessageDeps = (env: Env) => ({
  keep: (messages: readonly DeadMessage[]) =>
    keepDeadMessages(env.CATALOG, messages, Math.floor(Date.now() / 1000)),
  wake: async (work: OpenWork) => void (await pokeOwner(env, work)),
});
