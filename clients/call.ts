import type { World } from "./world.ts";

/** A test call of a client package to the service, and its expected outcome. */
export type Call = {
  /** The method and its options, such as `responses.create({stream: true})`. */
  readonly name: string;
  /** The refusal by the service that the client is expected to throw as an error; without it, the call must succeed. */
  readonly refused?: Refusal;
  /** Makes the call, and throws unless the client returns the right result. */
  readonly run: (world: World) => Promise<unknown>;
};

/** A refusal, which docs/compatibility.md explains. */
type Refusal = {
  readonly status: number;
  /** A text of docs/compatibility.md that names what is refused. */
  readonly documented: string;
  /** The parameter that the error names, if one is refused. */
  readonly param?: string;
};

/** The outcome of a test call. `fault` is null if the outcome is as expected, else a description of what was wrong. */
export type Outcome = { readonly call: Call; readonly fault: string | null; readonly ms: number };

/** Calls at a time. */
const CALLS_MAX = 6;

/**
 * Runs test calls concurrently. The outcomes have the order of the calls. `compatibility` is the text of
 * docs/compatibility.md, which must explain every expected refusal.
 */
export async function runCalls(
  calls: readonly Call[],
  world: World,
  compatibility: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = calls.entries();
  const work = async () => {
    for (const [at, call] of waiting) {
      const startedAt = performance.now();
      const fault = await findFault(call, world, compatibility);
      outcomes[at] = { call, fault, ms: performance.now() - startedAt };
    }
  };
  await Promise.all(Array.from({ length: CALLS_MAX }, work));
  return outcomes;
}

async function findFault(
  { run, refused }: Call,
  world: World,
  compatibility: string,
): Promise<string | null> {
  try {
    await run(world);
  } catch (error) {
    return refused ? compare(error, refused, compatibility) : describe(error);
  }
  return refused ? `should be refused with ${refused.status}` : null;
}

function compare(error: unknown, refused: Refusal, compatibility: string): string | null {
  const { status, param } = Object(error);
  if (status !== refused.status)
    return `status ${status}, not ${refused.status}: ${describe(error)}`;
  if (refused.param !== undefined && param !== refused.param) {
    return `the error names ${param}, not ${refused.param}`;
  }
  const isDocumented = compatibility.includes(refused.documented);
  return isDocumented ? null : `docs/compatibility.md does not have "${refused.documented}"`;
}

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
