import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey } from "../world.ts";

const FILES = [
  { name: "leave.md", content: `# Leave\n\n${LEAVE}`, attributes: { department: "people" } },
  {
    name: "sick.md",
    content: "# Illness\n\nSick leave is paid for six weeks. Report it on the first day.",
  },
  { name: "notice.md", content: "# Notice\n\nThe notice period is 60 days after the first year." },
  {
    name: "travel.md",
    content:
      "# Travel\n\nHolidays abroad are no business trips. A day has an allowance of 28 euros.",
  },
];

/** Two ways to search side by side, the explanation of a score, and the store that was searched. */
export const retrieval: Journey = {
  name: "retrieval",
  run: async (world) => {
    const { page } = world;
    const store = await makeStore(world, "Rules of the house", FILES);
    await world.signIn();
    await world.openScreen("Search");
    await page.getByLabel("Question").fill("How many days of leave?");
    await page.keyboard.press("Enter");
    await page.locator(".hit").first().waitFor();
    const right = page.getByRole("group", { name: "B" });
    await right.getByRole("combobox").nth(1).selectOption("100");
    await page.waitForURL(/bw=100/);
    await page.locator(".rank-lines path").first().waitFor({ state: "attached" });
    await world.look("search");
    await page.locator(".hit").first().click();
    await page.getByText("Word of the question").waitFor();
    await world.look("search-score");
    await page.keyboard.press("Escape");
    const address = page.url();
    await page.reload();
    await page.locator(".rank-lines path").first().waitFor({ state: "attached" });
    check(page.url() === address, "the address does not hold the search");
    await page.getByLabel("Only files where").first().fill("department is people");
    await page.keyboard.press("Tab");
    await page.getByText("Not applied, since it is no condition").waitFor();
    await world.openScreen("Stores");
    await page.getByRole("link", { name: /Rules of the house/ }).click();
    await page.getByRole("heading", { name: "1 search shard" }).waitFor();
    await page.getByLabel("Expires after days without use").fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("in 30 days").waitFor();
    await world.look("store");
    await page.goto(`${world.service.url}/console/`);
    await page.getByLabel("Question").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type(store);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Rules of the house" }).waitFor();
  },
};
