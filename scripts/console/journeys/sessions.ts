import { z } from "zod";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Caller = z.object({ project: z.object({ id: z.string() }) });
const Key = z.object({ id: z.string(), value: z.string() });
/** Time for which a tab without a session is left alone, in milliseconds. */
const QUIET_MS = 6_000;
const Made = z.object({ id: z.string() });
const SLOW_MS = 1_500;

/** A key that is revoked while it is in use, an unknown key, a second tab, and signing out. */
export const sessions: Journey = {
  name: "sessions",
  run: async (world) => {
    const { page, context, service } = world;
    world.expectError(/status of 401/);
    await page.goto(`${service.url}/console/`);
    await page.getByLabel("API key").fill("sk-ew-unknown");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("does not exist or was revoked").waitFor();
    await world.look("sign-in");
    const { project } = Caller.parse(await world.call("GET", "/v1/caller"));
    const keys = `/v1/organization/projects/${project.id}/api_keys`;
    const key = Key.parse(
      await world.call("POST", keys, { name: "short-lived" }, service.adminKey),
    );
    await world.signIn(key.value);
    await page.getByLabel("Question").fill("A question that I have typed");
    await world.call("DELETE", `${keys}/${key.id}`, undefined, service.adminKey);
    await page.keyboard.press("Enter");
    const over = page.getByRole("heading", { name: "Your session has ended" });
    await over.waitFor();
    // A browser closes any dialog when this key is pressed again and again.
    for (let times = 0; times < 3; times++) await page.keyboard.press("Escape");
    await over.waitFor();
    await world.look("session-ended");
    await signInAgain(world);
    const typed = await page.getByLabel("Question").inputValue();
    check(typed === "A question that I have typed", `what was typed is lost: ${typed}`);
    await endOnScreen(world);
    await addProject(world);
    const other = await context.newPage();
    await world.watch(other);
    const opened = other.waitForResponse(/stream=true/);
    await other.goto(`${service.url}/console/`);
    await other.getByLabel("Question").waitFor();
    await opened;
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const ended = other.getByRole("heading", { name: "Your session has ended" });
    await ended.waitFor();
    check((await context.cookies()).length === 0, "a cookie is left after signing out");
    const requests: string[] = [];
    other.on("request", (request) => requests.push(request.url()));
    await other.waitForTimeout(QUIET_MS);
    check(requests.length === 0, `a tab without a session asks for ${requests.join(", ")}`);
    await world.signIn();
    await ended.waitFor({ state: "detached" });
    await other.close();
  },
};

async function signInAgain({ page, service }: World): Promise<void> {
  await page.getByLabel("API key").fill(service.apiKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** The session is over when a screen is opened: the screen is read once somebody has signed in. */
async function endOnScreen(world: World): Promise<void> {
  const { page, context } = world;
  const steps = {
    first: { use: "transform@1", with: { value: 1 } },
    wait: { use: "signal@1", needs: ["first"], with: { name: "go" } },
  };
  await world.call("POST", "/v1/workflows", { name: "read_late", steps });
  await world.openScreen("Workflows");
  const link = page.getByRole("link", { name: /read_late/ });
  await link.waitFor();
  await context.clearCookies();
  await link.click();
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await signInAgain(world);
  await page.getByLabel("Steps and output as JSON").waitFor();
  const run = Made.parse(await world.call("POST", "/v1/runs", { workflow: "read_late" }));
  const views = [
    ["Waterfall", page.getByRole("heading", { name: "Where the time went" })],
    ["Log", page.getByText("waits for signal go")],
  ] as const;
  for (const [view, shown] of views) {
    await world.openScreen("Runs");
    await page.getByRole("link", { name: new RegExp(run.id) }).click();
    await page.getByText("The run waits for somebody").waitFor();
    await context.clearCookies();
    // What the screen follows may ask first, whose dialog would be in the way of a click.
    await page.getByRole("link", { name: view, exact: true }).dispatchEvent("click");
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
    await signInAgain(world);
    await shown.waitFor();
  }
  await uploadAfterwards(world);
  await world.openScreen("Ask");
}

/** The session is over when a file is uploaded: it is uploaded once somebody has signed in. */
async function uploadAfterwards(world: World): Promise<void> {
  const { page, context } = world;
  await makeStore(world, "Late", []);
  await world.openScreen("Files");
  await context.clearCookies();
  const file = { name: "late.md", mimeType: "text/markdown", buffer: Buffer.from("# Late") };
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await signInAgain(world);
  await page.getByRole("link", { name: /late\.md/ }).waitFor();
}

/** Another project is added to the session by its key, shown, and left again. */
async function addProject(world: World): Promise<void> {
  const { page, service } = world;
  const path = "/v1/organization/projects";
  const made = await world.call("POST", path, { name: "Branch" }, service.adminKey);
  const keys = `${path}/${Made.parse(made).id}/api_keys`;
  const { value } = Key.parse(await world.call("POST", keys, { name: "one" }, service.adminKey));
  const menu = page.locator(".sidebar .project-menu");
  const here = await menu.locator("summary").innerText();
  await menu.locator("summary").click();
  await menu.getByRole("button", { name: "Add a project" }).click();
  await page.getByRole("dialog").getByLabel("API key").fill(value);
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();
  await menu.locator("summary", { hasText: "Branch" }).waitFor();
  await page.getByRole("heading", { name: "Give Edgewise something to read" }).waitFor();
  await makeStore(world, "First", [{ name: "first.md", content: "# First" }], value);
  await page.getByRole("heading", { name: "Ask your documents" }).waitFor();
  if (!(await menu.evaluate((node) => node.hasAttribute("open")))) {
    await menu.locator("summary").click();
  }
  await menu.getByRole("link", { name: here.trim() }).click();
  await menu.locator("summary", { hasText: here.trim() }).waitFor();
  await leaveUploads(world, value);
}

/** Files that are still to upload go to the project in which they were chosen, though another one is shown. */
async function leaveUploads(world: World, otherKey: string): Promise<void> {
  const { page } = world;
  await makeStore(world, "Own", []);
  await world.openScreen("Files");
  await page.route("**/v1/files", async (route) => {
    await page.waitForTimeout(SLOW_MS);
    await route.continue();
  });
  const names = ["one", "two", "three", "four", "five"].map((name) => `own-${name}.md`);
  await page
    .getByLabel("Files to upload")
    .setInputFiles(
      names.map((name) => ({ name, mimeType: "text/markdown", buffer: Buffer.from("# Own") })),
    );
  const menu = page.locator(".sidebar .project-menu");
  if (!(await menu.evaluate((node) => node.hasAttribute("open")))) {
    await menu.locator("summary").click();
  }
  await menu.getByRole("link", { name: "Branch" }).click();
  await menu.locator("summary", { hasText: "Branch" }).waitFor();
  await world.openScreen("Files");
  await page.getByText("All uploads have ended").waitFor();
  await page.unroute("**/v1/files");
  const own = JSON.stringify(await world.call("GET", "/v1/files"));
  const others = JSON.stringify(await world.call("GET", "/v1/files", undefined, otherKey));
  for (const name of names) {
    check(own.includes(name), `${name} is not in its project`);
    check(!others.includes(name), `${name} is in the project that was shown`);
  }
}
