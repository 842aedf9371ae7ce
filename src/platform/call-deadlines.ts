import { withDeadline } from "../abort.ts";
import { BucketRefused, CallOverdue } from "./failure.ts";

/**
 * Returns the Worker's bindings with a time limit of `ms` milliseconds for each call to the D1 databases CATALOG and
 * CORPUS_n and the R2 bucket FILES. A call that takes longer throws `CallOverdue`, and a call to FILES that R2 refuses
 * throws `BucketRefused`. There is no limit for the D1 database DATA, since a workflow step that reads it has a timeout
 * of its own, and none for reading a body that R2 streams.
 */
export function withCallDeadlines(env: Env, ms: number): Env {
  const bounded = { ...env };
  for (const name in env) {
    const binding: unknown = Reflect.get(env, name);
    const isBounded = BOUNDED.test(name) && isObject(binding);
    Reflect.set(bounded, name, isBounded ? bound(binding, { name, ms }) : binding);
  }
  return bounded;
}

const BOUNDED = /^(?:CATALOG|CORPUS_\d+|FILES)$/;

type Bounds = { readonly name: string; readonly ms: number };

/** Methods whose result has calls of its own: a statement, an object of R2, a multipart upload. */
const OPENS: ReadonlySet<string> = new Set([
  "prepare",
  "bind",
  "get",
  "createMultipartUpload",
  "resumeMultipartUpload",
]);

/** The original of each bounded object: D1 takes only its own statements in `batch`. */
const originals = new WeakMap<object, object>();

function bound<Target extends object>(target: Target, bounds: Bounds): Target {
  const bounded = new Proxy(target, {
    get: (_target, property) => {
      // The original as receiver: getters of the platform's objects refuse a proxy.
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function" || typeof property !== "string") return value;
      const wrap = (result: unknown) =>
        OPENS.has(property) && isObject(result) ? bound(result, bounds) : result;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args.map(toOriginal));
        return result instanceof Promise
          ? answerInTime(result, property, bounds).then(wrap)
          : wrap(result);
      };
    },
  });
  originals.set(bounded, target);
  return bounded;
}

async function answerInTime(
  call: Promise<unknown>,
  method: string,
  { name, ms }: Bounds,
): Promise<unknown> {
  try {
    return await withDeadline(call, ms, () => {
      throw new CallOverdue(`${name}.${method}`, ms);
    });
  } catch (error) {
    if (name !== "FILES" || error instanceof CallOverdue) throw error;
    throw new BucketRefused(method, error);
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function toOriginal(arg: unknown): unknown {
  if (Array.isArray(arg)) return arg.map(toOriginal);
  return isObject(arg) ? (originals.get(arg) ?? arg) : arg;
}
