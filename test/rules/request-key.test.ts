import { describe, it } from "vitest";

import { firstKey, isResponseId, isRunId } from "../../src/ids.ts";
import {
  admitClaim,
  claimOn,
  createOnce,
  deriveRequestKey,
  digestContent,
  KEY_DAY_OVER,
  KEY_REUSED,
} from "../../src/request-key.ts";
import { err, ok } from "../../src/result.ts";

const NOON = Date.UTC(2027, 0, 4, 12);
const MIDNIGHT = Date.UTC(2027, 0, 5);
const HOUR_MS = 3_600_000;
const USE = { owner: "proj_1", method: "POST", path: "/v1/runs", key: "k" };
const derive = (use = USE, now = NOON) => deriveRequestKey(use, "content", now);

/** Makes a UUID of version 7. */
function keyAt(time: number): string {
  const digits = time.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7abc-8def-0123456789ab`;
}

describe("a request key", () => {
  it("is another one for each project, method, path and key", async ({ expect }) => {
    const uses = [
      USE,
      { ...USE, owner: "proj_2" },
      { ...USE, method: "PUT" },
      { ...USE, path: "/v1/runs/k" },
      { ...USE, key: "K" },
      // The same characters in other places.
      { ...USE, path: "/v1/run", key: "sk" },
    ];
    const keys = await Promise.all(uses.map((use) => derive(use)));

    expect(new Set(keys.map(({ name }) => name)).size).toBe(uses.length);
    expect(new Set(keys.map(({ today }) => today.part)).size).toBe(uses.length);
  });

  it("derives the ids of a day until its end, and finds them on the next day", async ({
    expect,
  }) => {
    const [noon, late, next, later] = await Promise.all(
      [NOON, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 24 * HOUR_MS].map((now) => derive(USE, now)),
    );

    expect(late?.today).toEqual(noon?.today);
    expect(next?.yesterday).toEqual(noon?.today);
    expect(next?.today.part).not.toBe(noon?.today.part);
    expect(later?.yesterday).toEqual(next?.today);
    expect(new Set([noon, late, next, later].map((key) => key?.name)).size).toBe(1);
    expect(noon?.today.end).toBe(MIDNIGHT);
    expect(isRunId(`run_${noon?.today.part}`)).toBe(true);
    expect(isResponseId(`resp_${noon?.name}${noon?.today.part}`)).toBe(true);
  });

  it("has the time of a UUID of version 7 in the ids of its day, which sort by it", async ({
    expect,
  }) => {
    const deriveAt = (time: number, now = NOON) => derive({ ...USE, key: keyAt(time) }, now);
    const [early, late] = [await deriveAt(NOON - 2), await deriveAt(NOON - 1)];
    expect(early.today.part < late.today.part).toBe(true);
    expect(late.today.part < firstKey(NOON)).toBe(true);
    expect(late.today.part > firstKey(NOON - 1)).toBe(true);
    expect(late.name).toBe((await deriveAt(NOON - 1, MIDNIGHT)).name);
    // The next day finds it, and whatever its time, a key makes no id of another day.
    expect((await deriveAt(NOON - 1, MIDNIGHT)).yesterday).toEqual(late.today);
    for (const other of [MIDNIGHT, 0, 2 ** 48 - 1]) {
      const { part } = (await deriveAt(other)).today;
      expect(part.slice(0, 9)).toBe((await derive()).today.part.slice(0, 9));
    }
  });

  it("belongs to a content, whatever its form", async ({ expect }) => {
    const digest = await digestContent({ a: 1, b: [{ c: null, d: "x" }] });
    expect(await digestContent({ b: [{ d: "x", c: null }], a: 1 })).toBe(digest);
    for (const other of [
      { a: 1 },
      { a: 1, b: [{ d: "x" }] },
      { a: "1", b: [{ c: null, d: "x" }] },
    ]) {
      expect(await digestContent(other)).not.toBe(digest);
    }
  });

  it("creates nothing once its day is over, and finds what was created", async ({ expect }) => {
    const claim = claimOn(await derive(), (await derive()).today);
    expect(claim.until).toBe(MIDNIGHT + 24 * HOUR_MS);
    expect(admitClaim(claim, null, MIDNIGHT - 1)).toEqual(ok(false));
    expect(admitClaim(claim, null, MIDNIGHT)).toEqual(err(KEY_DAY_OVER));
    expect(admitClaim(claim, { content: "content" }, MIDNIGHT)).toEqual(ok(true));
    expect(admitClaim(claim, { content: "other" }, NOON)).toEqual(err(KEY_REUSED));
  });
});

describe("createOnce", () => {
  const gone = { code: "not_found", message: "gone" } as const;
  /** Records calls. `made` are the ids that exist; creating refuses if it is `refusal`. */
  function recorder(made: readonly string[], refusal: typeof gone | null = null) {
    const calls: string[] = [];
    const deps = {
      find: async (id: string) => {
        calls.push(`find ${id}`);
        return ok(made.includes(id) ? id : null);
      },
      create: async (id: string) => {
        calls.push(`create ${id}`);
        return refusal ? err(refusal) : ok({ value: id, isReplayed: made.includes(id) });
      },
    };
    return { calls, deps };
  }

  it("looks at yesterday first, and creates today", async ({ expect }) => {
    const key = await derive();
    const [before, now] = [`run_${key.yesterday.part}`, `run_${key.today.part}`];

    const fresh = recorder([]);
    expect(await createOnce(key, "run_", fresh.deps)).toEqual(
      ok({ value: now, isReplayed: false }),
    );
    expect(fresh.calls).toEqual([`find ${before}`, `create ${now}`]);

    const old = recorder([before]);
    expect(await createOnce(key, "run_", old.deps)).toEqual(
      ok({ value: before, isReplayed: true }),
    );
    expect(old.calls).toEqual([`find ${before}`]);
  });

  it("finds what exists although it can no longer be created", async ({ expect }) => {
    const key = await derive();
    const now = `run_${key.today.part}`;
    const made = recorder([now], gone);
    expect(await createOnce(key, "run_", made.deps)).toEqual(ok({ value: now, isReplayed: true }));
    expect(await createOnce(key, "run_", recorder([], gone).deps)).toEqual(err(gone));
  });

  it("creates something new each time without a key", async ({ expect }) => {
    const { deps, calls } = recorder([]);
    await createOnce(null, "run_", deps);
    await createOnce(null, "run_", deps);
    expect(new Set(calls).size).toBe(2);
  });
});
