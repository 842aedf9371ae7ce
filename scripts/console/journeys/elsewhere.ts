import { z } from "zod";

import { LEAVE } from "../documents.ts";
import { makeStore, uploadTo } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
const List = z.object({ data: z.array(Made) });
/** Pause between two looks at a field, in milliseconds. */
const POLL_MS = 100;
const STEPS = { approve: { use: "signal@1", with: { name: "approval" } } };

/** Somebody else saves a workflow that is edited here, and deletes it: what was typed stays. */
export const workflowElsewhere: Journey = {
  name: "workflow-elsewhere",
  run: async (world) => {
    const { page } = world;
    const save = (output: string) =>
      world.call("POST", "/v1/workflows", { name: "shared", steps: STEPS, output });
    await save("one");
    await world.signIn();
    await world.openScreen("Workflows");
    await page.getByRole("link", { name: /shared/ }).click();
    const text = page.getByLabel("Steps and output as JSON");
    await text.waitFor();
    await save("two");
    await page.getByRole("link", { name: "Version 2", exact: true }).waitFor();
    check((await text.inputValue()).includes('"two"'), "an unedited text does not follow");
    const mine = (await text.inputValue()).replace('"two"', '"mine"');
    await text.fill(mine);
    await page.getByText("No problems.").waitFor();
    await save("three");
    const newer = page.getByText("Somebody has changed the workflow since you began to type.");
    await newer.waitFor();
    check((await text.inputValue()) === mine, "what was typed is lost");
    await page.getByText("From the newer one to yours").click();
    await page.locator(".newer .diff-removed", { hasText: "three" }).waitFor();
    await page.locator(".newer .diff-added", { hasText: "mine" }).waitFor();
    await newer.scrollIntoViewIfNeeded();
    await world.look("workflow-newer");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await newer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByRole("link", { name: "Version 4", exact: true }).waitFor();
    check((await text.inputValue()) === mine, "the saved text is another one");
    check((await page.locator(".newer").count()) === 0, "the own save is called somebody else's");
    await compareElsewhere(world, save);
    await text.fill(`${mine} `);
    await world.call("DELETE", "/v1/workflows/shared");
    await page.getByText("The workflow was deleted meanwhile").waitFor();
    check((await text.inputValue()) === `${mine} `, "what was typed is lost");
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByText("The workflow was deleted meanwhile").waitFor({ state: "detached" });
  },
};

/** The versions that are compared stay when another one is saved. */
async function compareElsewhere({ page }: World, save: (output: string) => Promise<unknown>) {
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  const added = page.locator(".diff-added");
  await added.getByText('"mine"').waitFor();
  await save("five");
  await page.getByText("Version 5 was saved meanwhile.").waitFor();
  await added.getByText('"mine"').waitFor();
  await page.getByRole("button", { name: "Compare it with the one before" }).click();
  await added.getByText('"five"').waitFor();
  await page.getByRole("link", { name: "Version 5", exact: true }).click();
}

/** Another operator changes a project that is looked at: its keys, secrets, grants and settings. */
export const projectElsewhere: Journey = {
  name: "project-elsewhere",
  run: async (world) => {
    const { page, service } = world;
    const call = (method: string, path: string, body?: object) =>
      world.call(method, `/v1/organization/projects${path}`, body, service.adminKey);
    await world.signIn(service.adminKey);
    await world.openScreen("Projects");
    const { id } = Made.parse(await call("POST", "", { name: "Made elsewhere" }));
    await page.getByRole("link", { name: /Made elsewhere/ }).click();
    await page.getByText("No key opens this project yet.").waitFor();
    const key = Made.parse(await call("POST", `/${id}/api_keys`, { name: "Key of another" }));
    const row = page.getByText("Key of another");
    await row.waitFor();
    await page.getByText("Set a secret").click();
    await page.getByLabel("Value").fill("what I type");
    await call("PUT", `/${id}/secrets/CRM_TOKEN`, { value: "a-secret-value" });
    await page.getByText("CRM_TOKEN").waitFor();
    check((await page.getByLabel("Value").inputValue()) === "what I type", "a secret is lost");
    const hosts = page.getByLabel("Hosts for http@1");
    await call("PUT", `/${id}/grants`, { http_hosts: ["crm.internal"], sql_tables: [] });
    while ((await hosts.inputValue()) !== "crm.internal") await page.waitForTimeout(POLL_MS);
    await hosts.fill("crm.internal\nmine.internal");
    await call("PUT", `/${id}/grants`, { http_hosts: ["other.internal"], sql_tables: [] });
    await page.getByText("Somebody has changed the grants").waitFor();
    check((await hosts.inputValue()).includes("mine"), "the grants that were typed are lost");
    await changeSettings(world, (settings) => call("POST", `/${id}`, { settings }));
    await call("DELETE", `/${id}/api_keys/${key.id}`);
    await row.waitFor({ state: "detached" });
    await call("POST", `/${id}/archive`);
    await page.getByText("archived").first().waitFor();
  },
};

async function changeSettings(world: World, save: (settings: object) => Promise<unknown>) {
  const { page } = world;
  const settings = page.getByLabel(/^As JSON/);
  const typed = (await settings.inputValue()).replace('"report"', '"strict"');
  await settings.fill(typed);
  await save({ keep_questions: false });
  const newer = page.getByText("Somebody has changed the settings");
  await newer.waitFor();
  check((await settings.inputValue()) === typed, "the settings that were typed are lost");
  await page.getByText("From the newer one to yours").last().click();
  await newer.scrollIntoViewIfNeeded();
  await world.look("project-newer");
  await page.getByRole("button", { name: "Take the newer one" }).last().click();
  await newer.waitFor({ state: "detached" });
  await settings.fill((await settings.inputValue()).replace('"report"', '"strict"'));
  await page.getByRole("button", { name: "Save the settings" }).click();
  await page.getByText("version 2").waitFor();
  check((await newer.count()) === 0, "the own save is called somebody else's");
}

/** A store changes while results stand there: they stay where they are until somebody asks for fresh ones. */
export const searchElsewhere: Journey = {
  name: "search-elsewhere",
  run: async (world) => {
    const { page } = world;
    const file = { name: "leave.md", content: `# Leave\n\n${LEAVE}` };
    const store = await makeStore(world, "Searched", [file]);
    await world.signIn();
    await world.openScreen("Search");
    await page.getByLabel("Question").fill("How many days of leave?");
    await page.keyboard.press("Enter");
    const hits = page.locator(".hit");
    await hits.nth(1).waitFor();
    const changed = page.getByText("The store of A and B has changed since this search.");
    check((await changed.count()) === 0, "nothing has changed yet");
    const before = await hits.first().boundingBox();
    await uploadTo(world, store, { name: "more.md", content: "# Leave\n\nMore days of leave." });
    await changed.waitFor();
    const after = await hits.first().boundingBox();
    check((await hits.count()) === 2, "the results are others, though nobody asked");
    check(before?.y === after?.y, `the results have moved from ${before?.y} to ${after?.y}`);
    await world.look("search-changed");
    await page.getByRole("button", { name: "Search again" }).click();
    await hits.nth(3).waitFor();
    await changed.waitFor({ state: "detached" });
    await world.call("DELETE", `/v1/vector_stores/${store}`);
    await page.getByText("The store of A and B was deleted meanwhile").waitFor();
    check((await hits.count()) === 4, "the results are gone with their store");
  },
};

/** An answer is looked at while it is made, and after it, its file and its conversation were deleted. */
export const whyElsewhere: Journey = {
  name: "why-elsewhere",
  run: async (world) => {
    const { page } = world;
    const file = { name: "leave.md", content: `# Leave\n\n${LEAVE}` };
    const store = await makeStore(world, "Asked", [file]);
    const tools = [{ type: "file_search", vector_store_ids: [store] }];
    const ask = async (input: string, conversation?: string) =>
      Made.parse(
        await world.call("POST", "/v1/responses", {
          model: "scripted",
          input,
          tools,
          background: true,
          ...(conversation !== undefined && { conversation }),
        }),
      );
    await world.signIn();
    const open = await ask("How many days of annual leave? #stalls");
    await openById(world, open.id);
    await page.getByText("The answer is being made").waitFor();
    await page.getByRole("heading", { name: "Where the time went" }).waitFor();
    await world.look("why-open");
    await world.call("POST", `/v1/responses/${open.id}/cancel`, {});
    await page.getByText("The answer was stopped").waitFor();
    await page.getByText("The answer is being made").waitFor({ state: "detached" });
    const conversation = Made.parse(await world.call("POST", "/v1/conversations", {}));
    const done = await ask("How many days of annual leave are there?", conversation.id);
    await openById(world, done.id);
    await page.getByRole("button", { name: "leave.md" }).first().waitFor();
    const files = List.parse(await world.call("GET", `/v1/vector_stores/${store}/files`));
    await world.call("DELETE", `/v1/files/${files.data[0]?.id}`);
    await page.getByText("Deleted since the answer was made").waitFor();
    await page.getByRole("button", { name: "leave.md" }).waitFor({ state: "detached" });
    await world.look("why-deleted");
    world.expectError(/404 .*\/v1\/conversations\//);
    await world.call("DELETE", `/v1/conversations/${conversation.id}`);
    await page.getByText("The conversation of this answer was deleted meanwhile").waitFor();
    await page
      .getByRole("heading", { name: /Searched for/ })
      .first()
      .waitFor();
    const alone = await ask("How many days of annual leave are there?");
    await openById(world, alone.id);
    await page
      .getByRole("heading", { name: /Searched for/ })
      .first()
      .waitFor();
    await page.getByText("generate").first().waitFor();
    await world.call("DELETE", `/v1/responses/${alone.id}`);
    await page.getByText("This answer was deleted meanwhile").waitFor();
  },
};

async function openById({ page }: World, id: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(id);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Why this answer" }).waitFor();
}
