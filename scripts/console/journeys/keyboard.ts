import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey } from "../world.ts";

/** The main journey by keys alone: sign in, ask, open a citation, close it, go elsewhere by the search. */
export const keyboard: Journey = {
  name: "keyboard",
  run: async (world) => {
    const { page, service } = world;
    await makeStore(world, "Leave", [{ name: "leave.md", content: `# Leave\n\n${LEAVE}` }]);
    await page.goto(`${service.url}/console/`);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByLabel("API key").waitFor();
    await press("Tab");
    await page.keyboard.type(service.apiKey);
    await press("Enter");
    await page.getByLabel("Question").waitFor();
    await press("/");
    await page.keyboard.type("How many days of annual leave are there?");
    await press("Enter");
    const chip = page.getByRole("button", { name: "Source 1" });
    await chip.waitFor();
    await page.getByRole("button", { name: "Fork from here" }).waitFor();
    await page.evaluate("document.activeElement.blur()");
    for (let tabs = 0; tabs < 40; tabs++) {
      await press("Tab");
      if (await chip.evaluate((node) => node === node.ownerDocument.activeElement)) break;
    }
    await press("Enter");
    await page.locator("dialog mark").waitFor();
    await press("Escape");
    check(
      await chip.evaluate((node) => node === node.ownerDocument.activeElement),
      "the focus does not come back to the citation",
    );
    await press("Control+k");
    await page.keyboard.type("stores");
    await world.look("palette");
    await press("Enter");
    await page.getByRole("heading", { name: "Stores" }).waitFor();
  },
};
