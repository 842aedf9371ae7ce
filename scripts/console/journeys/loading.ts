import { check, type Journey, type World } from "../world.ts";

/** A screen whose script is gone, since the service was deployed anew, and one that is opened without a connection. */
export const loading: Journey = {
  name: "loading",
  run: async (world) => {
    const { page, context } = world;
    await world.signIn();
    world.expectError(/ERR_|Failed to fetch|Failed to load/);
    await page.evaluate("globalThis.isSamePage = true");
    await page.route("**/console/assets/*", (route) => route.abort(), { times: 1 });
    await world.openScreen("Runs");
    const isSame = await page.evaluate("globalThis.isSamePage === true");
    check(!isSame, "the page was not loaded again when a script was missing");
    await context.setOffline(true);
    const menu = page.getByRole("navigation", { name: "Screens" });
    await menu.getByRole("link", { name: "Schedules" }).click();
    await page.getByRole("heading", { name: "This screen could not be opened" }).waitFor();
    await page.getByText("You are offline").waitFor();
    await world.look("screen-offline");
    await context.setOffline(false);
    // Nobody clicks.
    await page.getByRole("heading", { name: "Schedules", exact: true }).waitFor();
    await returnByItself(world);
  },
};

/** The service is away while screens are opened: each says so, and is read once the service is back. */
async function returnByItself(world: World): Promise<void> {
  const { page } = world;
  const shown = [
    ["Workflows", "customer_service"],
    ["Models", "extractive-1"],
  ] as const;
  await world.openScreen("Models");
  for (const [screen, text] of shown) {
    await world.openScreen("Runs");
    await page.route("**/v1/**", (route) => route.abort("connectionrefused"));
    await world.openScreen(screen);
    await page.getByText("The service does not answer").first().waitFor();
    await page.unroute("**/v1/**");
    await page.getByText("The service does not answer").first().waitFor({ state: "detached" });
    await page.getByText(text).first().waitFor();
  }
}
