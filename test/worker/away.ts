import { env } from "cloudflare:workers";

/**
 * The failure that a test causes in a call: no answer at all (silent), an error before the call has an effect
 * (refused), an error after it (lost), or an error that storage is full (room).
 */
export type Fault = "silent" | "refused" | "lost" | "room";

/** The dependencies of an upload that a test can break: D1 or R2. */
export type Dependency = "database" | "bucket";

type Method = (...args: unknown[]) => Promise<unknown>;
type Calls = { count: number };

const WORDS = {
  database: {
    refused: "D1_ERROR: Network connection lost.",
    room: "D1_ERROR: database or disk is full: SQLITE_FULL",
  },
  bucket: {
    refused: "put: We encountered an internal error. Please try again. (10001)",
    room: "put: no space left on device",
  },
} as const;

/**
 * Makes the calls of a dependency fail from the call number `first` on; with the fault "lost", only this call. Returns
 * a counter of the calls. Undone by `restoreDependencies`.
 */
export async function breakDependency(
  dependency: Dependency,
  fault: Fault,
  first: number,
): Promise<Calls> {
  const calls = { count: 0 };
  const fails = () => {
    calls.count++;
    return fault === "lost" ? calls.count === first : calls.count >= first;
  };
  for (const [prototype, names] of await methodsOf(dependency)) {
    for (const name of names) {
      const original: Method = Reflect.get(prototype, name);
      Reflect.set(prototype, name, async function (this: unknown, ...args: unknown[]) {
        if (!fails()) return await original.apply(this, args);
        if (fault === "silent") return await new Promise(() => {});
        if (fault === "lost") await original.apply(this, args);
        throw new Error(WORDS[dependency][fault === "room" ? "room" : "refused"]);
      });
      restores.push(() => Reflect.set(prototype, name, original));
    }
  }
  return calls;
}

/** Restores the dependencies that `breakDependency` has broken. */
export function restoreDependencies(): void {
  for (const restore of restores.splice(0)) restore();
}

const restores: (() => void)[] = [];

/** One prototype serves every binding of a kind, also those that objects and consumers have. */
async function methodsOf(dependency: Dependency): Promise<[object, readonly string[]][]> {
  if (dependency === "database") {
    return [
      [prototypeOf(env.CATALOG.prepare("SELECT 1")), ["first", "run", "all", "raw"]],
      [prototypeOf(env.CATALOG), ["batch"]],
    ];
  }
  const upload = await env.FILES.createMultipartUpload("prototype");
  await upload.abort();
  return [
    [prototypeOf(env.FILES), ["put", "get", "delete", "createMultipartUpload"]],
    [prototypeOf(upload), ["uploadPart", "complete", "abort"]],
  ];
}

const prototypeOf = (value: object): object => Object.getPrototypeOf(value);

const TIMES = 20;

/**
 * Waits for a response while timers run 20 times as fast. Returns it with `seconds`, the time that all timers before
 * the answer were set to, and `longest`, that of the longest one. The real time does not count, so a busy machine does
 * not matter. Fake timers cannot be used, since workerd ends a request that waits for nothing else.
 */
export async function withFastTimers<Answer>(call: () => Promise<Answer>) {
  const { setTimeout: original } = globalThis;
  const waited: number[] = [0];
  const hurried = (callback: () => void, ms = 0) =>
    original(() => {
      waited.push(ms / 1_000);
      callback();
    }, ms / TIMES);
  Reflect.set(globalThis, "setTimeout", hurried);
  try {
    const response = await call();
    const seconds = waited.reduce((sum, one) => sum + one, 0);
    return { response, seconds, longest: Math.max(...waited) };
  } finally {
    Reflect.set(globalThis, "setTimeout", original);
  }
}
