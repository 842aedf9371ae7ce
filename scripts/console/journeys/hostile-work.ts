import { z } from "zod";

import { INJECTIONS } from "../documents.ts";
import { check, type Journey, type World } from "../world.ts";
import { inert } from "./injection.ts";

const Made = z.object({ id: z.string() });
const HOSTILE = INJECTIONS.join("\n");
/** A workflow whose description, evidence and error are hostile. */
const WORKFLOW = {
  name: "hostile",
  description: HOSTILE,
  steps: {
    show: { use: "transform@1", with: { value: { [INJECTIONS[0]]: HOSTILE } } },
    ask: { use: "signal@1", needs: ["show"], with: { name: "go", requires: ["actor", "reason"] } },
    refuse: {
      use: "rules@1",
      needs: ["ask"],
      with: {
        text: "Nothing",
        rules: [{ id: "words", kind: "required_text", text: "Something", message: HOSTILE }],
        on_violation: "fail",
      },
    },
  },
};

/** Hostile texts in workflows, runs, decisions, errors, schedules, questions, and in the names of projects and keys. */
export const hostileWork: Journey = {
  name: "hostile-work",
  run: async (world) => {
    const { page } = world;
    await world.call("POST", "/v1/workflows", WORKFLOW);
    await world.signIn();
    await world.openScreen("Workflows");
    await page.getByRole("link", { name: /hostile/ }).click();
    await page.getByRole("heading", { name: "hostile", exact: true }).waitFor();
    await inert(world, "hostile-workflow");
    await decideRun(world);
    await seeLetter(world);
    await seeSchedule(world);
    await seeBackground(world);
    await seeProject(world);
  },
};

/** A run with a hostile input is decided for a hostile reason, and fails with a hostile message. */
async function decideRun(world: World): Promise<void> {
  const { page } = world;
  const { id } = Made.parse(
    await world.call("POST", "/v1/runs", {
      workflow: WORKFLOW.name,
      input: { [INJECTIONS[1]]: HOSTILE },
      metadata: { note: INJECTIONS[0] },
    }),
  );
  await world.openScreen("Approvals");
  await page.getByRole("link", { name: new RegExp(id) }).click();
  await page.getByRole("heading", { name: "Evidence" }).waitFor();
  await page.getByLabel("Your name").fill(INJECTIONS[0]);
  await page.getByLabel("Reason").fill(INJECTIONS[1]);
  await inert(world, "hostile-approval");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("This run waits for nobody").waitFor();
  await page.getByRole("link", { name: id }).click();
  await page.locator(".status-bad").first().waitFor();
  await inert(world, "hostile-run");
  await page.getByRole("link", { name: "Log" }).click();
  await page.locator(".log li").first().waitFor();
  await inert(world, "hostile-log");
  await page.getByRole("link", { name: "Input and output" }).click();
  await page.getByText(INJECTIONS[5]).first().waitFor();
  await inert(world, "hostile-input");
  await world.openScreen("Runs");
  await page.getByRole("link", { name: new RegExp(WORKFLOW.name) }).waitFor();
  await inert(world, "hostile-runs");
}

async function seeLetter(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Queue");
  const letter = page.getByRole("link", { name: /hostile: refuse/ });
  await letter.waitFor();
  await inert(world, "hostile-queue");
  await letter.click();
  await page.getByRole("heading", { name: "What happened" }).waitFor();
  await inert(world, "hostile-letter");
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "Queue", exact: true }).waitFor();
  await letter.waitFor({ state: "detached" });
}

async function seeSchedule(world: World): Promise<void> {
  const { page } = world;
  const { id } = Made.parse(
    await world.call("POST", "/v1/schedules", {
      workflow: WORKFLOW.name,
      cron: "0 9 1 1 *",
      input: { note: HOSTILE },
      metadata: { note: INJECTIONS[0] },
    }),
  );
  await world.openScreen("Schedules");
  await page.getByRole("link", { name: /hostile/ }).click();
  await page.getByRole("heading", { name: "Next ticks" }).waitFor();
  await inert(world, "hostile-schedule");
  await world.call("DELETE", `/v1/schedules/${id}`);
}

async function seeBackground(world: World): Promise<void> {
  const { page } = world;
  const body = { model: "extractive-1", input: HOSTILE, background: true };
  await world.call("POST", "/v1/responses", body);
  await world.openScreen("Queue");
  await page.getByRole("link", { name: "Background work" }).click();
  await page.getByRole("listitem").filter({ hasText: INJECTIONS[1] }).first().waitFor();
  await inert(world, "hostile-background");
}

async function seeProject(world: World): Promise<void> {
  const { page, service, context } = world;
  const path = "/v1/organization/projects";
  const project = Made.parse(
    await world.call("POST", path, { name: INJECTIONS[0] }, service.adminKey),
  );
  const keys = `${path}/${project.id}/api_keys`;
  await world.call("POST", keys, { name: INJECTIONS[1] }, service.adminKey);
  await context.clearCookies();
  await world.signIn(service.adminKey);
  await world.openScreen("Projects");
  await inert(world, "hostile-projects");
  await page.getByRole("link", { name: new RegExp(project.id) }).click();
  await page.getByText(INJECTIONS[1]).waitFor();
  await inert(world, "hostile-project");
  const title = await page.getByRole("heading", { level: 1 }).innerText();
  check(title === INJECTIONS[0], `the name is not shown as it is: ${title}`);
}
