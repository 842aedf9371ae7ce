import type { RunCallbacks } from "../ledger/run-store.ts";
import type { Expressions } from "../rules/expressions.ts";
import type { StepHandlers } from "../rules/step-handler.ts";
import type { KernelLogger } from "./round-part.ts";

/** The handlers, callbacks and expression language that an object gives its kernel. */
export type StepKernelOptions = RunCallbacks & {
  readonly handlers: StepHandlers;
  readonly logger: KernelLogger;
  /** The language of the expressions in definitions. Without it, definitions cannot have expressions. */
  readonly expressions?: Expressions;
  /** A step fails when this many isolates in a row have died during its attempts; 5 by default. */
  readonly strikesMax?: number;
  /**
   * Returns the time of the object's next work outside of the kernel, in milliseconds since the epoch, or null. The
   * kernel sets the object's only alarm. Its constructor calls this too, before the object is fully set up.
   */
  readonly otherDue?: () => number | null;
  /**
   * Called by every alarm, before the kernel's work. The callback tests itself whether other work of the object is due.
   */
  readonly onDue?: (now: number) => void | Promise<void>;
  /**
   * Tests, when the object starts, whether the message or the worker of a dispatched step is lost for certain. Only for
   * a runtime that loses its queues when it ends; elsewhere such a step is sent again when its lease ends.
   */
  readonly isLost?: ((lease: string) => boolean) | undefined;
  /**
   * Called after a commit with the leases of dispatched steps that were cancelled before a worker has taken them, so that
   * they need not be sent.
   */
  readonly onUnsent?: (leases: readonly string[]) => void;
  readonly now?: () => number;
  readonly random?: () => number;
};
