import { it } from "vitest";

import { isProviderDown } from "../../../src/queues/provider-down.ts";

it.for([
  [0, 0, false],
  [1, 0, false],
  [1, 1, true],
  [5, 1, false],
  [5, 2, false],
  [4, 2, true],
  [5, 5, true],
] as const)(
  "of %i messages, %i that found the provider away: it is down = %s",
  ([attempts, away, isDown], { expect }) => {
    expect(isProviderDown(attempts, away)).toBe(isDown);
  },
);
