import type { Command } from "./command.ts";
import type { Outside } from "./graphs/fuzz-graph.ts";

type Acting = {
  readonly runId: string;
  /** Waits for a random time. */
  readonly idle: () => Promise<void>;
  /** Repeats a command until it is answered, or until the fuzz ends. */
  readonly ask: (command: Command) => Promise<unknown>;
};

/** Sends the commands to a run that its graph declares in `outside`. */
export async function actOnRun(outside: Outside, acting: Acting): Promise<void> {
  const { runId: id, idle, ask } = acting;
  if (outside === "nothing") return;
  await idle();
  switch (outside) {
    case "cancel":
      await ask({ name: "cancel", id });
      return;
    case "pause":
      await ask({ name: "pause", id });
      await idle();
      await ask({ name: "resume", id });
      return;
    case "signal": {
      const body = { payload: "yes", actor: "a person", reason: null, event: null };
      await ask({ name: "signal", id, signal: { id: "approval", name: "approval", ...body } });
      return;
    }
    case "decide":
      await decide(acting, { action: "retry" });
      await decide(acting, { action: "skip", output: "skipped" });
      return;
    case "retry":
      while ((await ask({ name: "retry", id, from: "a" })) === false) await idle();
      return;
  }
}

/** Reads the run and decides about its last event, until a decision is accepted or the run has ended. */
async function decide({ runId: id, idle, ask }: Acting, payload: unknown): Promise<void> {
  for (;;) {
    const event = readMember(await ask({ name: "view", id }), "event");
    if (typeof event !== "number") return;
    const signal = { id: `decision at ${event}`, name: "b", payload, actor: "a person" };
    const taken = await ask({
      name: "signal",
      id,
      signal: { ...signal, reason: "a reason", event },
    });
    const code = readMember(readMember(taken, "error"), "code");
    if (code !== "signal_not_awaited" && code !== "signal_stale") return;
    await idle();
  }
}

const readMember = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
