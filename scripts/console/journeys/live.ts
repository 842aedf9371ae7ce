import { z } from "zod";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
/** Time for which an open screen is left alone, in milliseconds. */
const QUIET_MS = 6_000;

/** What happens elsewhere appears on an open screen, by its stream, and nothing is asked again and again. */
export const live: Journey = {
  name: "live",
  run: async (world) => {
    const { page } = world;
    const steps = { wait: { use: "signal@1", with: { name: "go" } } };
    await world.call("POST", "/v1/workflows", { name: "waits", steps });
    await world.signIn();
    await world.openScreen("Runs");
    await page.getByLabel("Name of a workflow").fill("waits");
    await page.waitForURL(/workflow=waits/);
    await page.getByText("No run matches these filters").waitFor();
    const asked = countRequests(world);
    const run = Made.parse(await world.call("POST", "/v1/runs", { workflow: "waits" }));
    const row = page.getByRole("link", { name: new RegExp(run.id) });
    await row.getByText("running").waitFor();
    await world.call("POST", `/v1/runs/${run.id}/cancel`, {});
    await row.getByText("cancelled").waitFor();
    await page.waitForTimeout(QUIET_MS);
    check(asked() === 0, `an open screen has sent ${asked()} requests`);
    await followFile(world);
    await hideTab(world);
    await hideRun(world);
  },
};

function countRequests({ page }: World): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.url().includes("/v1/")) count += 1;
  });
  return () => count;
}

/** A file that is attached elsewhere appears, and the screen of one says when it is deleted. */
async function followFile(world: World): Promise<void> {
  const { page } = world;
  const store = await makeStore(world, "Followed", [{ name: "first.md", content: "# First" }]);
  const { data } = z
    .object({ data: z.array(Made) })
    .parse(await world.call("GET", `/v1/vector_stores/${store}/files`));
  await world.openScreen("Stores");
  await page.getByRole("link", { name: /Followed/ }).click();
  await page.getByText("No attributes.").waitFor();
  await page.getByRole("heading", { name: "1 search shard" }).waitFor();
  const asked = countRequests(world);
  const attributes = { team: "people" };
  await world.call("POST", `/v1/vector_stores/${store}/files/${data[0]?.id}`, { attributes });
  await page.getByRole("cell", { name: "people" }).waitFor();
  check(asked() === 0, `the screen of a store has sent ${asked()} requests`);
  await page.getByRole("link", { name: "See the files" }).click();
  await page.getByRole("link", { name: /first\.md/ }).click();
  await page.locator(".chunk").first().waitFor();
  await world.call("DELETE", `/v1/files/${data[0]?.id}`);
  await page.getByText("The file was deleted meanwhile").waitFor();
  check((await page.locator(".chunk").count()) > 0, "the text that was shown is gone");
  await world.look("file-deleted");
}

/** A tab that nobody sees has no stream, and is up to date once it is seen again. */
async function hideTab(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Stores");
  await page.getByRole("link", { name: /Followed/ }).waitFor();
  await setHidden(world, true);
  await world.call("POST", "/v1/vector_stores", { name: "Made meanwhile" });
  await page.waitForTimeout(3_000);
  check(
    (await page.getByRole("link", { name: /Made meanwhile/ }).count()) === 0,
    "a hidden tab has a stream",
  );
  await setHidden(world, false);
  await page.getByRole("link", { name: /Made meanwhile/ }).waitFor();
}

/** A run, too, is followed while it is seen alone. */
async function hideRun(world: World): Promise<void> {
  const { page } = world;
  const run = Made.parse(await world.call("POST", "/v1/runs", { workflow: "waits" }));
  await world.openScreen("Runs");
  await page.getByRole("link", { name: new RegExp(run.id) }).click();
  const waits = page.getByText("The run waits for somebody");
  await waits.waitFor();
  await setHidden(world, true);
  await world.call("POST", `/v1/runs/${run.id}/cancel`, {});
  await page.waitForTimeout(3_000);
  check(await waits.isVisible(), "a hidden tab has a stream of a run");
  await setHidden(world, false);
  await page.getByText("cancelled").first().waitFor();
}

const setHidden = ({ page }: World, isHidden: boolean) =>
  page.evaluate(`Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));`);
