import { check, type Journey } from "../world.ts";

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
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Schedules", exact: true }).waitFor();
  },
};
