import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

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
    await page.getByRole("button", { name: "Copy as curl" }).click();
    const copied = String(await page.evaluate("navigator.clipboard.readText()"));
    check(/^curl -X POST .*\/v1\/responses'[^]*#none[^]*vs_/.test(copied), `copied: ${copied}`);
    await ask("How many days of annual leave? #stalls");
    await page.getByRole("button", { name: "Stop" }).click();
    await over(2);
    await page.getByText("The answer was stopped").waitFor();
    await world.look("answer-notes");
    // The stopped answer is not in the conversation, so to ask again must take nothing out of it.
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await over(2);
    // What was stopped stays, though it is not in the conversation.
    await page.reload();
    await over(2);
    await page.getByText("The documents do not answer this question").waitFor();
    await page.getByText("The answer was stopped").waitFor();
    check((await page.locator(".turn").count()) === 2, "a turn is lost, or there twice");
    await ask("How many days of annual leave are there?");
    await over(3);
    const askedAgain = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/v1/responses"),
    );
    await page.getByRole("button", { name: "Ask again" }).click();
    await askedAgain;
    await over(3);
    const address = page.url();
    await page.getByRole("button", { name: "Fork from here" }).first().click();
    await page.waitForURL((url) => url.href !== address);
    await over(1);
    check(
      (await page.locator(".turn").count()) === 1,
      "the fork has more than the turns before it",
    );
    await useList(world);
    await loseReply(world);
    world.expectError(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
    await context.setOffline(true);
    await page.setViewportSize({ width: 360, height: 740 });
    await ask("A question without a connection");
    await page.getByText("You are offline").waitFor();
    await page.waitForFunction(`document.querySelector(".notice-error").getBoundingClientRect().bottom <
      document.querySelector(".composer").getBoundingClientRect().top`);
    await world.look("offline");
    await context.setOffline(false);
    const count = await page.locator(".turn").count();
    // What could not be sent outlasts a reload, too.
    await page.reload();
    await over(count);
    await page.getByText("A question without a connection").waitFor();
    await page.getByText("You are offline").waitFor();
    await page.getByRole("button", { name: "Ask again" }).last().click();
    await page.getByText("You are offline").waitFor({ state: "detached" });
    await over(count);
    await page.reload();
    await over(count);
    check((await page.locator(".turn").count()) === count, "a turn is lost by asking again");
  },
};

/** The list of conversations: its titles, another conversation by a click, and the end of one. */
async function useList(world: World): Promise<void> {
  const { page } = world;
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list
    .getByRole("link", { name: /How many days.* #none/ })
    .nth(1)
    .waitFor();
  await page.reload();
  const first = list.getByRole("link", { name: /How many days.* #none/ }).last();
  await first.click();
  await page.getByText("Employees have 30 days").waitFor();
  await world.look("conversations");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Conversations" }).click();
  await first.waitFor();
  await page.screenshot({ path: world.pathOf("conversations-drawer") });
  const count = await list.getByRole("listitem").count();
  // The other conversation is a fork of this one, whose record goes with it.
  world.expectError(/404.*\/v1\/responses\//);
  await list.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Ask your documents" }).waitFor();
  await first.waitFor({ state: "hidden" });
  await page.setViewportSize({ width: 1280, height: 860 });
  await list
    .getByRole("listitem")
    .nth(count - 1)
    .waitFor({ state: "detached" });
  await list
    .getByRole("link", { name: /How many days/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Fork from here" }).first().waitFor();
}

/** The reply to a question is lost, though the service has taken it: it is answered once, without a second click. */
async function loseReply(world: World): Promise<void> {
  const { page } = world;
  world.expectError(/ERR_CONNECTION_RESET/);
  const turns = page.locator(".turn");
  const before = await turns.count();
  await world.loseReply("**/v1/responses");
  await page.getByLabel("Question").fill("How many days of leave, without a reply?");
  await page.keyboard.press("Enter");
  await turns.nth(before).getByRole("button", { name: "Fork from here" }).waitFor();
  await page.reload();
  await turns.nth(before).waitFor();
  await turns.first().getByText("The record of this answer was deleted").waitFor();
  check((await turns.count()) === before + 1, "a question whose reply was lost is there twice");
}
