import { z } from "zod";

import { startCuttingProxy } from "../cutting-proxy.ts";
import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Caller = z.object({ project: z.object({ id: z.string() }) });
const Key = z.object({ id: z.string(), value: z.string() });
const QUESTION = "How many days of annual leave are there?";
const TYPED = "What I type meanwhile";
const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;
const RESTART_MS = 120_000;

/**
 * What breaks while somebody works: an upload at 90 %, a session in the middle of an answer, the service under an open
 * page. And two tabs in one conversation, and clocks that are wrong.
 */
export const interruptions: Journey = {
  name: "interruptions",
  run: async (world) => {
    await makeStore(world, "Leave", [{ name: "leave.md", content: `# Leave\n\n${LEAVE}` }]);
    await breakUpload(world);
    // A model's first reply is shown when it has ended; those of the cases after this one while they are written.
    await useTwoTabs(world);
    await endSession(world);
    for (const days of [-400, 400]) await useWrongClock(world, days);
    await restart(world);
  },
};

/** The connection breaks when nine tenths of a file are sent: nothing is stored, and it is sent again by itself. */
async function breakUpload(world: World): Promise<void> {
  const { page, service } = world;
  const proxy = await startCuttingProxy(service.url);
  world.expectError(new RegExp(`^asked another host: ${proxy.url}/`));
  world.expectError(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load/);
  await page.goto(`${proxy.url}/console/`);
  await page.getByLabel("API key").fill(service.apiKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".shell").waitFor();
  await world.openScreen("Files");
  const buffer = Buffer.alloc(MEBIBYTE, "A rule of the house.\n");
  proxy.cutAfter(0.9 * MEBIBYTE);
  const file = { name: "nine-tenths.md", mimeType: "text/markdown", buffer };
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByText("Broken off: it is sent again by itself").waitFor();
  await page.getByText("The service does not answer").waitFor();
  await page.screenshot({ path: world.pathOf("upload-broken-off") });
  const listed = JSON.stringify(await world.call("GET", "/v1/files?limit=1"));
  check(!listed.includes("nine-tenths"), "a part of the file was stored");
  proxy.cutAfter(Infinity);
  await page.getByRole("link", { name: /nine-tenths\.md/ }).waitFor();
  proxy.stop();
}

/** The key of the session is revoked while an answer is written: the text stays, and a new key goes on. */
async function endSession(world: World): Promise<void> {
  const { page, service, context } = world;
  const { project } = Caller.parse(await world.call("GET", "/v1/caller"));
  const keys = `/v1/organization/projects/${project.id}/api_keys`;
  const key = Key.parse(await world.call("POST", keys, { name: "short" }, service.adminKey));
  await context.clearCookies();
  await world.signIn(key.value);
  await page.getByLabel("Question").fill("Is water wet, with a key? #pauses-always");
  await page.keyboard.press("Enter");
  await page.getByText("Water is wet.").waitFor();
  await page.getByLabel("Question").fill(TYPED);
  world.expectError(/status of 401/);
  // The stream of the answer is told of the end within 30 s, and opened again where it was once somebody has signed in.
  const resumed = page.waitForRequest(/responses\/resp_\w+\?.*starting_after/, { timeout: 40_000 });
  await world.call("DELETE", `${keys}/${key.id}`, undefined, service.adminKey);
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await page.getByLabel("API key").fill(service.apiKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByText("Water is wet.").waitFor();
  check((await page.getByLabel("Question").inputValue()) === TYPED, "what was typed is lost");
  await resumed;
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("The answer was stopped").waitFor();
  await page.getByText("The session has ended").waitFor({ state: "detached" });
  await world.look("session-ended-in-answer");
}

/** Two tabs ask in one conversation at the same time: both are answered, one after the other. */
async function useTwoTabs(world: World): Promise<void> {
  const { page, context } = world;
  await world.signIn();
  await page.getByLabel("Question").fill(QUESTION);
  await page.keyboard.press("Enter");
  const over = page.getByRole("button", { name: "Fork from here" });
  await over.waitFor();
  const other = await context.newPage();
  await world.watch(other);
  await other.goto(page.url());
  await other.getByRole("button", { name: "Fork from here" }).waitFor();
  for (const tab of [page, other]) {
    await tab.getByLabel("Question").fill(QUESTION);
    await tab.keyboard.press("Enter");
  }
  for (const tab of [page, other]) {
    await tab.getByRole("button", { name: "Fork from here" }).nth(1).waitFor();
  }
  await page.reload();
  await over.nth(2).waitFor();
  check((await page.locator(".turn").count()) === 3, "a turn of the two tabs is lost");
  await other.close();
}

/** The clock of the browser is wrong by more than a year: everything works, and times are those of the service. */
async function useWrongClock(world: World, days: number): Promise<void> {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await world.watch(page);
  await page.clock.install({ time: Date.now() + days * DAY_MS });
  await page.goto(`${world.service.url}/console/`);
  await page.getByLabel("API key").fill(world.service.apiKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Question").fill(QUESTION);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Fork from here" }).waitFor();
  for (const screen of ["Files", "Runs", "Queue", "Stores"]) {
    await page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("link", { name: screen, exact: true })
      .click();
    await page.getByRole("heading", { name: screen, exact: true }).waitFor();
    const text = await page.locator("#main").innerText();
    check(!/NaN|Invalid|undefined/.test(text), `${screen} shows a time that is none: ${text}`);
    // All of it was made minutes ago.
    const isWrong = /\b(?:yr|mo|wk|day)s?\b.? ago|\bin \d|next |last |yesterday|tomorrow/.exec(
      text,
    );
    check(isWrong === null, `${screen} shows a time by the browser's clock: ${isWrong?.[0]}`);
  }
  await context.close();
}

/** The service starts again under an open page, in the middle of an answer: the page goes on by itself. */
async function restart(world: World): Promise<void> {
  const { page, service } = world;
  await page.goto(`${service.url}/console/`);
  await page.getByLabel("Question").fill("Is water wet, after a restart? #pauses-once");
  await page.keyboard.press("Enter");
  await page.getByText("Water is wet.").waitFor();
  await page.getByLabel("Question").fill(TYPED);
  world.expectError(/ERR_|Failed to fetch|Failed to load|status of 50\d/);
  await service.restart();
  await page.getByText("And so it stays.").waitFor({ timeout: RESTART_MS });
  check((await page.getByLabel("Question").inputValue()) === TYPED, "what was typed is lost");
  await world.look("restarted");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Fork from here" }).nth(1).waitFor();
}
