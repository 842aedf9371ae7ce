import { z } from "zod";

import { check, type Journey, type World } from "../world.ts";

const Run = z.object({ id: z.string(), status: z.string(), event: z.number() });
const STEPS = 1_000;
const TITLE = "Log";
const DONE_MS = 60_000;

/** A run of many steps: its whole log can be read, from the beginning by scrolling and from the end by a click. */
export const longRun: Journey = {
  name: "long-run",
  run: async (world) => {
    const { page } = world;
    const { id, event } = await makeRun(world);
    check(event > 1_000, `the run has ${event} events only`);
    await world.signIn();
    await world.openScreen("Runs");
    await page.getByRole("link", { name: new RegExp(id) }).click();
    await page.getByRole("link", { name: TITLE, exact: true }).click();
    const log = page.getByRole("region", { name: TITLE });
    const events = log.getByRole("listitem");
    const numberOf = (at: number) => events.nth(at).locator(".number").first().innerText();
    await events.first().waitFor();
    const before = await events.count();
    check(before < event, `all ${event} events were read at once`);
    await page.screenshot({ path: world.pathOf("long-log") });
    await page.mouse.move(640, 400);
    for (let tries = 0; (await events.count()) < before + 300 && tries < 200; tries++) {
      await page.mouse.wheel(0, 2_000);
      await page.waitForTimeout(50);
    }
    check((await events.count()) >= before + 300, "scrolling reads no more");
    await page.getByRole("button", { name: "Go to the end" }).click();
    await page.getByRole("button", { name: "Go to the end" }).waitFor({ state: "detached" });
    check((await events.count()) === event, `${await events.count()} events of ${event} are there`);
    check((await numberOf(event - 1)) === String(event), "the last event is not the last one");
    await page.getByText("run completed").waitFor();
    await page.getByRole("link", { name: "Waterfall", exact: true }).click();
    const bars = page.getByRole("region", { name: "Waterfall" }).getByRole("listitem");
    await bars.nth(STEPS - 1).waitFor();
    // Axe, which the waterfall of another journey passes, takes a minute for a thousand bars.
    await page.screenshot({ path: world.pathOf("long-waterfall") });
  },
};

async function makeRun(world: World): Promise<z.infer<typeof Run>> {
  const steps = Object.fromEntries(
    Array.from({ length: STEPS }, (_, at) => [
      `step_${String(at).padStart(4, "0")}`,
      { use: "transform@1", with: { value: at } },
    ]),
  );
  await world.call("POST", "/v1/workflows", { name: "long", steps });
  const { id } = Run.parse(await world.call("POST", "/v1/runs", { workflow: "long" }));
  for (const end = Date.now() + DONE_MS; Date.now() < end;) {
    const run = Run.parse(await world.call("GET", `/v1/runs/${id}`));
    if (run.status !== "running") return run;
    await world.page.waitForTimeout(200);
  }
  throw new Error("The long run did not end in time.");
}
