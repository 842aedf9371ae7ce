import { env } from "cloudflare:workers";

/**
 * The ways in which a call fails: it gets no answer, it is refused, or it takes effect and its answer is lost. `room`
 * is a refusal for want of room.
 */
export type Fault = "silent" | "refused" | "lost" | "room";

/** The dependencies of an upload. */
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

/** Makes a dependency fail from its call of number `first` on, or once if its answer is lost, and counts its calls. */
export async function takeAway(
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

/** Undoes what `takeAway` did. */
export function bringBack(): void {
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
 * Waits for responses while timers run 20 times as fast. `seconds` are those that all timers together waited for which
 * ended before the answer, and `longest` those of one: a busy machine does not count. Fake timers would not do: workerd
 * ends a request that waits for nothing but them.
 */
export async function hurry<Answer>(call: () => Promise<Answer>) {
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
