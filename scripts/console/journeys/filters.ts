import type { Page } from "playwright-core";
import { z } from "zod";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
const Listed = z.object({ data: z.array(z.object({ id: z.string() }).loose()) });
const STEPS = { wait: { use: "signal@1", with: { name: "approved" } } };

/** The filters of lists: in the address, over a reload, back and forward, by the keyboard, and where nothing matches. */
export const filters: Journey = {
  name: "filters",
  run: async (world) => {
    const { page, service } = world;
    for (const name of ["Tariffs of the harbour", "Tariffs of the station", "Menu"]) {
      await makeStore(world, name, []);
    }
    for (const name of ["tariff_change", "complaint"]) {
      await world.call("POST", "/v1/workflows", { name, steps: STEPS });
    }
    await world.signIn();
    await filterStores(world);
    await searchOn(world);
    await filterWorkflows(world);
    await filterConversations(world);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    await world.signIn(service.adminKey);
    await filterProjects(world);
  },
};

const rows = (page: Page, label: string) =>
  page.getByRole("list", { name: label, exact: true }).getByRole("listitem");

/** Waits until a list has so many rows. */
async function count(page: Page, label: string, expected: number): Promise<void> {
  const list = rows(page, label);
  for (let tries = 0; tries < 200; tries++) {
    if ((await list.count()) === expected) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`${label}: ${await list.count()} rows instead of ${expected}`);
}

const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

async function filterStores(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Stores");
  await rows(page, "Vector stores").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("tariffs");
  await count(page, "Vector stores", 2);
  check(param(page, "name") === "tariffs", `the address is ${page.url()}`);
  await page.keyboard.press("Tab");
  await page.getByLabel("Status").selectOption("completed");
  await page.waitForURL(/status=completed/);
  await count(page, "Vector stores", 2);
  await page.reload();
  await count(page, "Vector stores", 2);
  check((await page.getByLabel("Name of a store").inputValue()) === "tariffs", "lost by a reload");
  await world.look("stores-filtered");
  await rows(page, "Vector stores").first().getByRole("link").click();
  await page.getByRole("heading", { name: "Tariffs of the station" }).waitFor();
  await page.goBack();
  await count(page, "Vector stores", 2);
  await page.goForward();
  await page.getByRole("heading", { name: "Tariffs of the station" }).waitFor();
  await page.goBack();
  await page.getByLabel("Status").selectOption("expired");
  await page.getByRole("heading", { name: "No store matches these filters" }).waitFor();
  await world.look("stores-no-match");
  await page.getByRole("button", { name: "Clear the filters" }).focus();
  await page.keyboard.press("Enter");
  await rows(page, "Vector stores").nth(2).waitFor();
  check(new URL(page.url()).search === "", `the address is still ${page.url()}`);
}

/** Of many stores, the first pages find none: the console goes on by itself. */
async function searchOn(world: World): Promise<void> {
  const { page } = world;
  const [found] = Listed.parse(await world.call("GET", "/v1/vector_stores?name=menu")).data;
  const asked: string[] = [];
  await page.route(/\/v1\/vector_stores\?.*name=sparse/, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const after = query.get("after") ?? "";
    asked.push(after);
    const [next, data] = after === "vs_2" ? ["vs_1", [found]] : [after ? "vs_2" : "vs_3", []];
    const body = { object: "list", data, first_id: "", last_id: next, has_more: data.length === 0 };
    const text = JSON.stringify(body);
    await (query.has("stream")
      ? route.fulfill({ contentType: "text/event-stream", body: `id: 1\ndata: ${text}\n\n` })
      : route.fulfill({ contentType: "application/json", body: text }));
  });
  await page.getByLabel("Name of a store").fill("sparse");
  await count(page, "Vector stores", 1);
  await rows(page, "Vector stores").getByText("Menu").waitFor();
  check(asked.includes("vs_3") && asked.includes("vs_2"), `asked after ${asked.join()}`);
  await page.unroute(/\/v1\/vector_stores\?.*name=sparse/);
  await page.getByLabel("Name of a store").fill("");
  await rows(page, "Vector stores").nth(2).waitFor();
}

async function filterWorkflows(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Workflows");
  const templates = page.getByRole("region", { name: "Templates" });
  await templates.waitFor();
  await page.getByLabel("Name of a workflow").fill("TARIFF");
  await count(page, "Workflows", 1);
  await templates.waitFor({ state: "detached" });
  await world.look("workflows-filtered");
  await page.getByLabel("Name of a workflow").fill("service");
  await page.getByText("No workflow of yours matches these filters").waitFor();
  await page.getByLabel("Kind").selectOption("built_in");
  await templates.getByRole("link", { name: "customer_service" }).waitFor();
  await page.reload();
  await templates.getByRole("link", { name: "customer_service" }).waitFor();
  await world.look("workflows-built-in");
  await page.getByLabel("Name of a workflow").fill("no such template");
  await page.getByRole("heading", { name: "No template matches these filters" }).waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await rows(page, "Workflows").nth(1).waitFor();
}

async function filterConversations(world: World): Promise<void> {
  const { page } = world;
  const titles = ["Mooring fee in winter", "Mooring fee in summer", "Opening hours"];
  const made: string[] = [];
  for (const title of titles) {
    const body = { metadata: { title } };
    made.push(Made.parse(await world.call("POST", "/v1/conversations", body)).id);
  }
  await world.openScreen("Ask");
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list.getByRole("link", { name: "Opening hours" }).waitFor();
  await list.getByLabel("Words of a title").fill("mooring FEE");
  await page.waitForURL(/title=mooring/);
  await list.getByRole("link", { name: "Opening hours" }).waitFor({ state: "detached" });
  await list.getByLabel("Created").selectOption("today");
  await list.getByRole("link", { name: titles[0] ?? "" }).click();
  await page.waitForURL((url) => url.href.includes(`${made[0]}?`));
  check(param(page, "title") === "mooring FEE" && param(page, "since") === "today", page.url());
  await page.reload();
  await list.getByRole("link", { name: titles[1] ?? "" }).waitFor();
  check(
    (await list.getByRole("link", { name: "Opening hours" }).count()) === 0,
    "lost by a reload",
  );
  await world.look("conversations-filtered");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Conversations" }).click();
  await list.getByLabel("Words of a title").fill("nothing like it");
  await list.getByText("No conversation matches these filters").waitFor();
  await page.screenshot({ path: world.pathOf("conversations-no-match-small") });
  await list.getByRole("button", { name: "Clear the filters" }).click();
  await list.getByRole("link", { name: "Opening hours" }).waitFor();
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 1280, height: 860 });
}

async function filterProjects(world: World): Promise<void> {
  const { page, service } = world;
  const ids: string[] = [];
  for (const name of ["North branch", "South branch"]) {
    const project = await world.call(
      "POST",
      "/v1/organization/projects",
      { name },
      service.adminKey,
    );
    ids.push(Made.parse(project).id);
  }
  const archive = `/v1/organization/projects/${ids[0]}/archive`;
  await world.call("POST", archive, {}, service.adminKey);
  await world.openScreen("Projects");
  await page.getByLabel("Name of a project").fill("branch");
  await count(page, "Projects", 2);
  await page.getByLabel("Status").selectOption("archived");
  await count(page, "Projects", 1);
  await page.reload();
  await count(page, "Projects", 1);
  await world.look("projects-filtered");
  await page.getByLabel("Name of a project").fill("south");
  await page.getByRole("heading", { name: "No project matches these filters" }).waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await rows(page, "Projects").nth(2).waitFor();
}
