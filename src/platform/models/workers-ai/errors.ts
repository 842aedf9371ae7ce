import { z } from "zod";

/** The error bodies of Workers AI: the one that the binding reads, the one of the REST API, and OpenAI's. */
const ErrorBody = z.union([
  z
    .looseObject({ internalCode: z.coerce.number(), description: z.string().nullish() })
    .transform(({ internalCode: code, description }) => ({ code, message: description ?? "" })),
  z
    .looseObject({
      errors: z.tuple(
        [z.looseObject({ code: z.coerce.number(), message: z.string() })],
        z.unknown(),
      ),
    })
    .transform(({ errors: [{ code, message }] }) => ({ code, message })),
  z
    .looseObject({
      error: z.looseObject({ message: z.string(), code: z.unknown().optional() }),
    })
    .transform(({ error: { message, code } }) => ({ code: Number(code) || 0, message })),
]);

/** An error of Workers AI: its own code, such as 3040, and its words. */
type AiError = z.output<typeof ErrorBody>;

/** Reads an error in the body of a reply or in an event of a stream. Returns null if it is none. */
export function readError(body: unknown): AiError | null {
  const parsed = ErrorBody.safeParse(body);
  return parsed.success ? parsed.data : null;
}

/**
 * Reads an error that the binding throws: the code is at the beginning of its message, as in `5007: No such model`.
 * Returns null for every other error, such as one of the network.
 */
export function readThrown(error: unknown): AiError | null {
  const message = error instanceof Error ? error.message : "";
  const [, code, words] = /^(?:\w*Error: )*(\d{4}): ?(.*)$/s.exec(message) ?? [];
  return code === undefined ? null : { code: Number(code), message: words ?? "" };
}

/**
 * Converts a refusal of Workers AI to one of an OpenAI-compatible server. The status says what the code means: the
 * service's own are one status for many reasons, such as 400 for a model that does not exist. `now` is in milliseconds.
 */
export function toRefusal(error: AiError | null, status: number, now: number): Response {
  const { code, message } = error ?? { code: 0, message: "Workers AI gave no reason" };
  const isUsedUp = USED_UP.has(code) || (status === 429 && /daily free allocation/i.test(message));
  const shown = isUsedUp ? 429 : (STATUSES.get(code) ?? status);
  const waits = isUsedUp ? { "retry-after": String(secondsToMidnight(now)) } : {};
  const body = { error: { message, code: code || null, type: "workers_ai" } };
  return Response.json(body, { status: shown, headers: waits });
}

/** The codes for a free daily allocation that is used up; it is renewed at midnight in UTC. */
const USED_UP: ReadonlySet<number> = new Set([3036, 4006]);

/** The statuses of OpenAI-compatible servers for codes whose own status means something else there. */
const STATUSES: ReadonlyMap<number, number> = new Map([
  // No such model, an invalid name of one, and one that is withdrawn.
  [5007, 404],
  [3042, 404],
  [5028, 404],
  // An agreement or an access that the account lacks, and an account that is blocked.
  [5016, 403],
  [5018, 403],
  [3041, 403],
  [3023, 403],
  [3006, 413],
  [3007, 504],
  [3008, 504],
  // No capacity: the service is at its limit, not this account.
  [3040, 503],
]);

const DAY_S = 86_400;
const secondsToMidnight = (now: number) => DAY_S - (Math.floor(now / 1_000) % DAY_S);
