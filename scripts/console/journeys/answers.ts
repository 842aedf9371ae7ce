import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey } from "../world.ts";

/** Answers that go otherwise: stopped, abstained, of a model that is away, asked again, forked, and offline. */
export const answers: Journey = {
  name: "answers",
  run: async (world) => {
    const { page, context } = world;
    await makeStore(world, "Answers", [{ name: "leave.md", content: `# Leave\n\n${LEAVE}` }]);
    await world.signIn();
    const question = page.getByLabel("Question");
    const ask = async (text: string) => {
      await question.fill(text);
      await page.keyboard.press("Enter");
    };
    const over = (count: number) =>
      page
        .getByRole("button", { name: "Fork from here" })
        .nth(count - 1)
        .waitFor();
    await ask("How many days of annual leave? #none");
    await over(1);
    await page.getByText("The documents do not answer this question").waitFor();
    await ask("How many days of annual leave? #stalls");
    await page.getByRole("button", { name: "Stop" }).click();
    await over(2);
    await page.getByText("The answer was stopped").waitFor();
    await world.look("answer-notes");
    await page.reload();
    await over(1);
    await ask("How many days of annual leave are there?");
    await over(2);
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.getByRole("button", { name: "Ask again" }).waitFor({ state: "detached" });
    await over(2);
    const address = page.url();
    await page.getByRole("button", { name: "Fork from here" }).first().click();
    await page.waitForURL((url) => url.href !== address);
    await over(1);
    check(
      (await page.locator(".turn").count()) === 1,
      "the fork has more than the turns before it",
    );
    world.expectError(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
    await context.setOffline(true);
    await ask("A question without a connection");
    await page.getByText("You are offline").waitFor();
    await world.look("offline");
    await context.setOffline(false);
    await page.getByRole("button", { name: "Ask again" }).last().waitFor();
  },
};
