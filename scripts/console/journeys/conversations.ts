import type { Page } from "playwright-core";
import { z } from "zod";

import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
const QUESTION = "How many days of annual leave are there?";
const TYPED = "What I type meanwhile";

/** A conversation that is open in two tabs, and that a program uses too: each shows what the others do. */
export const conversations: Journey = {
  name: "conversations",
  run: async (world) => {
    const { page, context } = world;
    const store = await makeStore(world, "Leave", [
      { name: "leave.md", content: `# Leave\n\n${LEAVE}` },
    ]);
    await world.signIn();
    // A model's first reply is shown when it has ended; those after it while they are written.
    await beginSlowly(world, `${QUESTION}${"\nPlease.".repeat(20)}`);
    await over(page, 1);
    const other = await context.newPage();
    await world.watch(other);
    await other.goto(page.url());
    await over(other, 1);
    await followAnswer(world, other);
    await useApi(world, store);
    await stopElsewhere(world, other);
    await listNew(world, other);
    await deleteElsewhere(world, other);
    await refuse(world, other);
    await other.close();
  },
};

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel("Question").fill(question);
  await page.keyboard.press("Enter");
}

const over = (page: Page, count: number) =>
  page
    .getByRole("button", { name: "Fork from here" })
    .nth(count - 1)
    .waitFor();
/** Waits until an expression holds. The policy of the page forbids the text that `waitForFunction` evaluates there. */
async function until(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await page.evaluate(expression)) === true) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`It never became true: ${expression}`);
}
const readId = (page: Page) => /conv_\w+/.exec(page.url())?.[0] ?? "";

/** A conversation takes its time to be made: what is typed meanwhile stays in the field, which keeps the focus. */
async function beginSlowly(world: World, question: string): Promise<void> {
  const { page } = world;
  await page.route("**/v1/conversations", async (route) => {
    if (route.request().method() === "POST") await page.waitForTimeout(1_000);
    await route.continue();
  });
  await ask(page, question);
  await page.keyboard.type(TYPED);
  await page.waitForURL(/conv_/);
  await page.keyboard.type("!");
  const typed = await page.getByLabel("Question").inputValue();
  check(typed === `${TYPED}!`, `of what was typed, the field has ${typed}`);
  await page.unroute("**/v1/conversations");
}

/** A question that is stopped before the service refuses it: the next answer, of another tab, is not stopped for it. */
async function refuse(world: World, other: Page): Promise<void> {
  const { page, service } = world;
  await page.goto(`${service.url}/console/`);
  await ask(page, QUESTION);
  await over(page, 1);
  await other.goto(page.url());
  await over(other, 1);
  world.expectError(/status of 400/);
  await page.route("**/v1/responses", async (route) => {
    await page.waitForTimeout(1_000);
    const error = { code: "invalid", message: "The service refuses this", param: null };
    await route.fulfill({ status: 400, json: { error } });
  });
  await ask(page, "A question that is refused");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("The service refuses this").waitFor();
  await page.unroute("**/v1/responses");
  await ask(other, "Is water wet, though that was refused? #pauses-once");
  await over(other, 2);
  check((await other.getByText("The answer was stopped").count()) === 0, "it was stopped");
}

/** An answer that is written in the other tab is seen here while it is written, and moves nobody. */
async function followAnswer(world: World, other: Page): Promise<void> {
  const { page } = world;
  const field = page.getByLabel("Question");
  // Of a page that is longer than the window, its beginning is read.
  await page.setViewportSize({ width: 1280, height: 300 });
  await field.fill(TYPED);
  await page.bringToFront();
  await page.mouse.move(640, 60);
  await page.mouse.wheel(0, 2_000);
  await until(page, "scrollY > 200");
  await page.mouse.wheel(0, -2_000);
  await until(page, "scrollY === 0");
  await ask(other, "Is water wet, in two tabs? #pauses-always");
  await page.getByText("Is water wet, in two tabs?").waitFor();
  await page.getByText("Water is wet.").waitFor();
  await page.getByRole("status").getByText("Answering").waitFor();
  check((await page.evaluate("scrollY")) === 0, "an answer of another tab has moved the page");
  check((await field.inputValue()) === TYPED, "what was typed is lost");
  const focused = await page.evaluate("document.activeElement.ariaLabel");
  check(focused === "Question", `the focus is on ${String(focused)}`);
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.mouse.wheel(0, 2_000);
  await world.look("answered-elsewhere");
  // It is stopped in the tab that has not asked, and the other one sees that.
  await page.getByRole("button", { name: "Stop" }).click();
  for (const tab of [page, other]) {
    await over(tab, 2);
    await tab.getByText("The answer was stopped").waitFor();
    await tab.getByText("Water is wet.").waitFor();
  }
}

/** A program asks in the conversation, adds to it and takes from it. */
async function useApi(world: World, store: string): Promise<void> {
  const { page } = world;
  const conversation = readId(page);
  const input = `${QUESTION} By a program`;
  const tools = [{ type: "file_search", vector_store_ids: [store] }];
  await world.call("POST", "/v1/responses", { input, conversation, tools });
  await page.getByText("By a program").waitFor();
  await over(page, 3);
  const items = [{ type: "message", role: "user", content: "A remark by a program" }];
  const path = `/v1/conversations/${conversation}/items`;
  const added = z
    .object({ data: z.array(Made) })
    .parse(await world.call("POST", path, { items })).data;
  await page.getByText("A remark by a program").waitFor();
  await world.call("DELETE", `${path}/${added[0]?.id}`);
  await page.getByText("A remark by a program").waitFor({ state: "detached" });
  check((await page.getByLabel("Question").inputValue()) === TYPED, "what was typed is lost");
}

/** A question whose answer was stopped stays with what was written of it, until it is asked again. */
async function stopElsewhere(world: World, other: Page): Promise<void> {
  const { page } = world;
  await page.reload();
  await over(page, 3);
  const stopped = page.locator(".turn").nth(1);
  await stopped.getByText("Is water wet, in two tabs?").waitFor();
  await stopped.getByText("Water is wet.").waitFor();
  await stopped.getByText("The answer was stopped").waitFor();
  await ask(other, "Is water wet, at last? #pauses-always");
  await page.getByText("Water is wet.").nth(1).waitFor();
  await other.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Ask again" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await over(page, 4);
  await page.reload();
  await over(page, 4);
  check(
    (await page.locator(".turn").count()) === 4,
    "a question that was asked again is there twice",
  );
  await page.getByText("Is water wet, at last?").waitFor();
  await world.look("stopped-after-reload");
}

/** A conversation that begins elsewhere is in the list of this tab, with its title. */
async function listNew(world: World, other: Page): Promise<void> {
  const list = world.page.getByRole("complementary", { name: "Conversations" });
  await other.getByRole("link", { name: "New conversation" }).click();
  await ask(other, "A conversation of the other tab");
  await list.getByRole("link", { name: /A conversation of the other tab/ }).waitFor();
  await world.call("POST", "/v1/conversations", { metadata: { title: "One by a program" } });
  await list.getByRole("link", { name: /One by a program/ }).waitFor();
}

/** The conversation that is open here is deleted in the other tab. */
async function deleteElsewhere(world: World, other: Page): Promise<void> {
  const { page } = world;
  await page.getByLabel("Question").fill(TYPED);
  await other.goto(page.url());
  await over(other, 4);
  const list = other.getByRole("complementary", { name: "Conversations" });
  await list.getByRole("button", { name: "Delete" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  world.expectError(/status of 404/);
  const note = page.getByText("This conversation was deleted meanwhile");
  await note.waitFor();
  const { y = 0, height = 0 } = (await note.boundingBox()) ?? {};
  check(y > 0 && y + height < 860, "what has happened to the conversation is out of sight");
  check((await page.getByLabel("Question").inputValue()) === TYPED, "what was typed is lost");
  check((await page.locator(".turn").count()) === 4, "the text that was shown is gone");
  await world.look("conversation-deleted");
}
