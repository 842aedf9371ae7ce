import type { Lane } from "../kernel/rules/definition.ts";

/** Returns the queue of a lane, in which answers in the background wait for a consumer. */
export function generateQueue(env: Env, lane: Lane): Queue {
  switch (lane) {
    case "interactive":
      return env.GENERATE_INTERACTIVE;
    case "default":
      return env.GENERATE_DEFAULT;
    case "batch":
      return env.GENERATE_BATCH;
  }
}
