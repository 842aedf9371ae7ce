import type { Page } from "playwright-core";

import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const CITED = "How many days of annual leave?";
const ABSTAINED = "How many days of annual leave? #none";
const NOTE = "The documents do not answer this question";
const DELETED = "The record of this answer was deleted";

/** A fork, and a fork of it: each copied answer has the notes, the sources, the request and the reasons of the original. */
export const forks: Journey = {
  name: "forks",
  run: async (world) => {
    const { page } = world;
    await makeStore(world, "Forks", [{ name: "leave.md", content: `# Leave\n\n${LEAVE}` }]);
    await world.signIn();
    await ask(page, CITED, 1);
    await ask(page, ABSTAINED, 2);
    const original = readId(page);
    const records = await readRecords(page);
    const copied = await fork(page);
    await checkTurns(world, records);
    await world.look("fork");
    await checkWhy(world, copied);
    await fork(page);
    await checkTurns(world, records);
    await continueFork(world, records);
    await loseOriginal(world, original, copied);
  },
};

const readId = (page: Page) => /conv_\w+/.exec(page.url())?.[0] ?? "";
const turn = (page: Page, index: number) => page.locator(".turn").nth(index);

async function ask(page: Page, question: string, count: number): Promise<void> {
  await page.getByLabel("Question").fill(question);
  await page.keyboard.press("Enter");
  await turn(page, count - 1)
    .getByRole("button", { name: "Fork from here" })
    .waitFor();
}

/** Reads to which records the links of the turns lead. */
async function readRecords(page: Page): Promise<readonly string[]> {
  const links = await page.getByRole("link", { name: "Why", exact: true }).all();
  const addresses = await Promise.all(links.map((one) => one.getAttribute("href")));
  return addresses.map((address) => /resp_\w+/.exec(address ?? "")?.[0] ?? "");
}

/** Forks from the second turn. Returns the id of the new conversation. */
async function fork(page: Page): Promise<string> {
  const before = readId(page);
  await turn(page, 1).getByRole("button", { name: "Fork from here" }).click();
  await page.waitForURL((url) => url.href.includes("conv_") && !url.href.includes(before));
  await turn(page, 1).getByText(NOTE).waitFor();
  return readId(page);
}

async function checkTurns(world: World, records: readonly string[]): Promise<void> {
  const { page } = world;
  const found = await readRecords(page);
  check(
    found.join() === records.join(),
    `the turns of the fork lead to ${found.join()} instead of ${records.join()}`,
  );
  await turn(page, 0).getByRole("button", { name: "Source 1" }).click();
  const marked = page.getByRole("dialog").locator("mark").first();
  await marked.waitFor();
  check((await marked.innerText()).includes("30 days"), "the quote of a copy is not marked");
  await page.keyboard.press("Escape");
  await turn(page, 1).getByRole("button", { name: "Copy as curl" }).click();
  const curl = String(await page.evaluate("navigator.clipboard.readText()"));
  check(/curl -X POST .*\/v1\/responses'[^]*#none[^]*vs_/.test(curl), `copied: ${curl}`);
}

/** The record of a copied answer is that of the original; the way back leads to the fork. */
async function checkWhy(world: World, copied: string): Promise<void> {
  const { page } = world;
  await turn(page, 0).getByRole("link", { name: "Why", exact: true }).click();
  await page.getByText("You come from a copy of this answer").waitFor();
  await page.getByText("leave.md").first().waitFor();
  await world.look("fork-why");
  await page.locator(".back").click();
  await page.waitForURL((url) => url.href.includes(copied));
  await turn(page, 1).getByText(NOTE).waitFor();
}

/** Waits until the second turn leads to another record than that of the original. */
async function untilOther(page: Page, original: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const [, second = original, ...more] = await readRecords(page);
    if (second !== original && more.length === 0) return;
    await page.waitForTimeout(50);
  }
  throw new Error("a question that was asked again in a fork has no record of its own");
}

/** In a fork, a question is asked again and a further one is asked: the record of the original stays as it is. */
async function continueFork(world: World, records: readonly string[]): Promise<void> {
  const { page } = world;
  await turn(page, 1).getByRole("button", { name: "Ask again" }).click();
  await untilOther(page, records[1] ?? "");
  await turn(page, 1).getByText(NOTE).waitFor();
  await ask(page, CITED, 3);
  await world.call("GET", `/v1/responses/${records[1]}`);
  await page.reload();
  await turn(page, 2).waitFor();
  const found = await readRecords(page);
  check(found[0] === records[0] && new Set(found).size === 3, `the turns lead to ${found.join()}`);
}

/** The original is deleted: the fork keeps its text, and says that nothing is known of how it was made. */
async function loseOriginal(world: World, original: string, copied: string): Promise<void> {
  const { page } = world;
  world.expectError(/404/);
  await world.call("DELETE", `/v1/conversations/${original}`);
  await page.goto(page.url().replace(/conv_\w+/, copied));
  await turn(page, 1).getByText(DELETED).waitFor();
  check((await turn(page, 0).innerText()).includes("30 days"), "the copy has lost its text");
  check((await turn(page, 0).getByRole("button", { name: "Source 1" }).count()) > 0, "no source");
  await world.look("fork-without-original");
  await turn(page, 0).getByRole("link", { name: "Why", exact: true }).click();
  await page.getByRole("heading", { name: DELETED }).waitFor();
  await world.look("fork-why-deleted");
}
