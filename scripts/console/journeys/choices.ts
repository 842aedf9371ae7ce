import type { Locator } from "playwright-core";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

/** What was made elsewhere since a page was opened can be chosen on it, and takes nobody's choice away. */
export const choices: Journey = {
  name: "choices",
  run: async (world) => {
    await makeStore(world, "Before", [{ name: "one.md", content: "# One" }]);
    await world.signIn();
    const { page } = world;
    await world.openScreen("Ask");
    const picker = page.locator(".picker summary").first();
    await picker.getByText("Before").waitFor();
    await make(world, "While asking");
    await picker.click();
    await page.locator(".picker-list").getByText("While asking").waitFor();
    check(await picker.getByText("Before").isVisible(), "another store is asked than was shown");
    await world.openScreen("Files");
    await offers(world, page.getByLabel("Vector store"), "While looking at files");
    await world.openScreen("Search");
    await offers(world, page.locator(".config select").first(), "While searching");
    await chooseWorkflow(world);
    await world.openScreen("Workflows");
    await page.getByRole("region", { name: "Templates" }).getByRole("link").first().waitFor();
  },
};

const make = (world: World, name: string) => world.call("POST", "/v1/vector_stores", { name });

/** A store that is made while a page is open is offered by its choice, which stays what it was. */
async function offers(world: World, choice: Locator, name: string): Promise<void> {
  await choice.locator("option").first().waitFor({ state: "attached" });
  const before = await choice.inputValue();
  await make(world, name);
  await choice.focus();
  await choice.locator("option", { hasText: name }).waitFor({ state: "attached" });
  check((await choice.inputValue()) === before, `${name}: the choice is another one`);
}

async function chooseWorkflow(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Runs");
  await page.getByRole("button", { name: "Start a run" }).click();
  const choice = page.getByRole("dialog").getByLabel("Workflow");
  await choice.locator("option").first().waitFor({ state: "attached" });
  const steps = { wait: { use: "signal@1", with: { name: "go" } } };
  await world.call("POST", "/v1/workflows", { name: "made-meanwhile", steps });
  await choice.hover();
  await choice.locator("option", { hasText: "made-meanwhile" }).waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
}
