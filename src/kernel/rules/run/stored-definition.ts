import type { Definition, RetryPolicy, StepDefinition } from "../definition.ts";

/**
 * The version of the shape in which this build stores definitions. A build that changes the shape must also read the
 * older versions, since runs that were started by older builds may still be open.
 */
export const DEFINITION_VERSION = 2;

/** Parses a stored definition of any version to the current shape. Throws if a newer build stored it. */
export function readDefinition(version: number, body: string): Definition {
  // Only the kernel writes this text, from a definition of its version.
  const parsed: unknown = JSON.parse(body);
  switch (version) {
    case 1:
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what version 1 wrote
      return upgradeVersion1(parsed as DefinitionV1);
    case DEFINITION_VERSION:
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what this version wrote
      return parsed as Definition;
    default:
      throw new Error(`The definition has version ${version}, which only a newer build can read`);
  }
}

type DefinitionV1 = {
  readonly name: string;
  readonly steps: Readonly<
    Record<
      string,
      {
        readonly use: string;
        readonly needs?: readonly string[];
        readonly retry?: RetryPolicy & { readonly totalMs: number };
        readonly timeoutMs?: number;
      }
    >
  >;
};

/** In version 1, `retry` had the limit of the whole step, and `timeoutMs` was the only other limit. */
function upgradeVersion1({ name, steps }: DefinitionV1): Definition {
  const entries = Object.entries(steps).map(([step, old]): [string, StepDefinition] => {
    const { use, needs, retry, timeoutMs } = old;
    const timeout = {
      ...(timeoutMs !== undefined && { attemptMs: timeoutMs }),
      ...(retry && { totalMs: retry.totalMs }),
    };
    return [
      step,
      {
        use,
        timeout,
        ...(needs && { needs }),
        ...(retry && {
          retry: { attemptsMax: retry.attemptsMax, baseMs: retry.baseMs, capMs: retry.capMs },
        }),
      },
    ];
  });
  return { name, steps: Object.fromEntries(entries) };
}
