import { z } from "zod";

import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
/** Time in which a curve moves on, unless nothing is to move by itself, in milliseconds. */
const MOVE_MS = 3_000;

/** The load of the lanes appears as curves, in words and as a table, and stands still for those who want it to. */
export const laneCurves: Journey = {
  name: "lane-curves",
  run: async (world) => {
    const { page } = world;
    await world.signIn();
    await world.openScreen("Queue");
    const curve = page.getByRole("img", { name: /^Default: 0 jobs now/ });
    await curve.locator("canvas").waitFor();
    await untilPainted(world);
    const asked: string[] = [];
    try {
      for (let count = 0; count < 3; count++) {
        const body = { model: "scripted", input: "Hello #stalls", background: true };
        asked.push(Made.parse(await world.call("POST", "/v1/responses", body)).id);
        await page.waitForTimeout(1_500);
      }
      await watchCurves(world);
    } finally {
      for (const id of asked) await world.call("POST", `/v1/responses/${id}/cancel`, {});
    }
    await page.getByRole("img", { name: /^Default: 0 jobs now, between 0 and 3 jobs/ }).waitFor();
  },
};

async function watchCurves(world: World): Promise<void> {
  const { page } = world;
  const full = page.getByRole("img", { name: /^Default: 3 jobs now, between 0 and 3 jobs/ });
  await full.waitFor();
  // What was seen before is there again after another screen.
  await world.openScreen("Models");
  await page.waitForTimeout(MOVE_MS);
  await world.openScreen("Queue");
  await full.locator("canvas").waitFor();
  await page.getByText("The same as a table").click();
  const minute = page.getByRole("row").filter({ hasText: "this minute" });
  await minute.getByRole("cell", { name: "3", exact: true }).waitFor();
  await full.locator(".u-over").hover();
  await page
    .getByText(/jobs?, .* ago/)
    .first()
    .waitFor();
  await page.getByRole("heading", { name: "Since this page is open" }).scrollIntoViewIfNeeded();
  await world.look("lane-curves");
  check((await paint(world)) !== (await paintLater(world)), "the curves do not move on");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.reload();
  await page.locator(".chart canvas").first().waitFor();
  await untilPainted(world);
  // They are drawn again every ten seconds, and when the jobs change: not in five such times running.
  let isStill = false;
  for (let tries = 0; tries < 5 && !isStill; tries++) {
    isStill = (await paint(world)) === (await paintLater(world));
  }
  check(isStill, "the curves move by themselves");
}

/** Returns what the curve of the lane default looks like. */
const paint = ({ page }: World) =>
  page.evaluate("document.querySelectorAll('.chart canvas')[1].toDataURL()");

async function paintLater(world: World) {
  await world.page.waitForTimeout(MOVE_MS);
  return await paint(world);
}

/** Waits until the curve has a line in the colour of the theme. */
async function untilPainted({ page }: World): Promise<void> {
  const count = `(() => {
    const canvas = document.querySelectorAll(".chart canvas")[1];
    const colour = getComputedStyle(canvas.closest(".chart")).color.match(/\\d+/g).map(Number);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let index = 0; index < data.length; index += 4) {
      if (data[index + 3] === 255 && colour.every((value, part) => data[index + part] === value)) found++;
    }
    return found;
  })()`;
  for (let tries = 0; tries < 150; tries++) {
    if (z.number().parse(await page.evaluate(count)) > 0) return;
    await page.waitForTimeout(100);
  }
  throw new Error("the curve of a lane is not drawn");
}
