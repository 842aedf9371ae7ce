import type { PlanCrash } from "./crashes.ts";
import type { FastClock } from "./fast-clock.ts";

/**
 * Wraps the state of a Durable Object so that any call of its storage may crash the object before, during or after the
 * call. The kernel uses it like the real state, without any change. The times of alarms are converted from the fast
 * clock to real time.
 */
export function crashingState(
  ctx: DurableObjectState,
  clock: FastClock,
  plan: PlanCrash,
): DurableObjectState {
  let reachOuter: ((point: string) => void) | null = null;
  const transactionSync = <T>(change: () => T): T => {
    if (reachOuter) {
      const result = ctx.storage.transactionSync(change);
      reachOuter("within a transaction");
      return result;
    }
    const reach = plan([
      "before a transaction",
      "within a transaction",
      "after a transaction",
      "once a transaction is on disk",
    ]);
    reach("before a transaction");
    reachOuter = reach;
    try {
      return ctx.storage.transactionSync(change);
    } finally {
      reachOuter = null;
      // The transaction is closed but not on disk, so a crash here loses it.
      reach("after a transaction");
      void ctx.storage.sync().then(() => reach("once a transaction is on disk"));
    }
  };
  const storage = overlay(ctx.storage, {
    transactionSync,
    sync: async (): Promise<void> => {
      const reach = plan(["before a sync", "after a sync"]);
      reach("before a sync");
      await ctx.storage.sync();
      reach("after a sync");
    },
    setAlarm: (at: number | Date) => {
      reachOuter?.("within a transaction");
      return ctx.storage.setAlarm(clock.wallTime(Number(at)));
    },
  });
  return overlay(ctx, { storage });
}

/** Returns the target with some members replaced. Methods keep the target as their `this`. */
function overlay<Target extends object>(target: Target, members: Partial<Target>): Target {
  return new Proxy(target, {
    get: (_target, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
