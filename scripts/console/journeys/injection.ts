import { INJECTIONS, LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

/** Hostile names, texts, attributes and answers: every screen shows them as text, and loads nothing for them. */
export const injection: Journey = {
  name: "injection",
  run: async (world) => {
    const { page } = world;
    const all = INJECTIONS.join("\n\n");
    const store = await makeStore(
      world,
      `${INJECTIONS[0]} \u202efdp.exe`,
      INJECTIONS.map((text, index) => ({
        name: `${text.replaceAll("/", "∕")} ${"long ".repeat(index === 0 ? 150 : 0)}.md`,
        content: `# ${text}\n\n${all}\n\n${LEAVE} ${text}`,
        attributes: { note: text },
      })),
    );
    await world.signIn();
    await world.openScreen("Files");
    await page
      .locator(".list-row")
      .nth(INJECTIONS.length - 1)
      .waitFor();
    await inert(world, "hostile-files");
    await page.locator(".list-row").first().click();
    await page.locator(".chunk").first().waitFor();
    await inert(world, "hostile-file");
    await world.openScreen("Stores");
    await page.locator(".list-row").first().waitFor();
    await inert(world, "hostile-stores");
    await page.goto(`${page.url()}/${store}`);
    await page.getByRole("heading", { name: "Attributes and chunks" }).waitFor();
    await page.getByRole("cell", { name: "note" }).waitFor();
    await inert(world, "hostile-store");
    await page.goto(`${world.service.url}/console/`);
    await page
      .getByLabel("Question")
      .fill(`How many days of annual leave? ${INJECTIONS[0]} #draws`);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Fork from here" }).waitFor();
    await inert(world, "hostile-answer");
    await page.getByRole("link", { name: "Why", exact: true }).click();
    await page.getByText("given to the model").first().waitFor();
    await inert(world, "hostile-why");
    await page.getByRole("cell").getByRole("button").first().click();
    await page.locator("dialog .source-text").getByText(LEAVE).first().waitFor();
    await inert(world, "hostile-source");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await world.openScreen("Search");
    await page.getByLabel("Question").fill(`annual leave ${INJECTIONS[1]}`);
    await page.keyboard.press("Enter");
    await page.locator(".hit").first().click();
    await page.getByText("Word of the question").waitFor();
    await inert(world, "hostile-search");
    await world.call("DELETE", `/v1/vector_stores/${store}`);
  },
};

/** Checks that nothing of a text has become an element. What acts is reported by the watch of the page. */
export async function inert(world: World, name: string): Promise<void> {
  const { page } = world;
  const made = await page.evaluate(
    "document.querySelectorAll(':is(main, aside, dialog) :is(script, iframe, img, object, embed), a[href^=javascript]').length",
  );
  check(made === 0, `${name}: ${String(made)} elements were made of a text`);
  const turned = await page.evaluate(
    "Array.from(document.querySelectorAll('option'), ({ textContent }) => textContent).find((text) => /[\u202a-\u202e]/.test(text)) ?? ''",
  );
  check(turned === "", `${name}: a choice has marks that turn its text: ${String(turned)}`);
  await world.look(name);
}
