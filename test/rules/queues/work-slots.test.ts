import { describe, it } from "vitest";

import { WorkSlots } from "../../../src/queues/work-slots.ts";

describe("work slots", () => {
  it("let no more work run at a time than there are slots, in the order of asking", async ({
    expect,
  }) => {
    const slots = new WorkSlots(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    let atWork = 0;
    let most = 0;
    const work = Array.from({ length: 6 }, async (_none, number) => {
      await slots.take();
      begun.push(number);
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise<void>((resolve) => ends.push(resolve));
      atWork -= 1;
      slots.free();
    });
    for (let done = 0; done < 6; done++) {
      await new Promise((resolve) => setTimeout(resolve));
      ends[done]?.();
    }
    await Promise.all(work);

    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it("can be taken again after all were free", async ({ expect }) => {
    const slots = new WorkSlots(1);
    await slots.take();
    slots.free();

    await expect(slots.take()).resolves.toBeUndefined();
  });
});
