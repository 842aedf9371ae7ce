import { z } from "zod";

import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });

const CALL_AWAY = {
  name: "call_away",
  steps: {
    call: { use: "http@1", with: { url: "https://shop.example.com/" }, retry: { attempts: 1 } },
  },
};

/** A schedule, and a job that was given up: its errors, one sent again, and all of them. */
export const operations: Journey = {
  name: "operations",
  run: async (world) => {
    const { page } = world;
    await world.call("POST", "/v1/workflows", CALL_AWAY);
    Made.parse(await world.call("POST", "/v1/runs", { workflow: "call_away" }));
    Made.parse(await world.call("POST", "/v1/runs", { workflow: "call_away" }));
    await world.signIn();
    await schedule(world);
    await world.openScreen("Queue");
    await page
      .getByRole("link", { name: /call_away/ })
      .nth(1)
      .waitFor();
    await world.look("queue");
    await page
      .getByRole("link", { name: /call_away/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    await world.look("dead-letter");
    const sent = page.waitForResponse((response) => response.url().endsWith("/redrive"));
    await page.getByRole("button", { name: "Redrive" }).click();
    check((await sent).ok(), "the job is not sent again");
    await world.openScreen("Queue");
    await page.getByRole("button", { name: "Redrive all of these" }).click();
    await redriveMany(world);
    await watchBackground(world);
    await world.openScreen("Models");
    await page.getByRole("cell", { name: /extractive-1/ }).waitFor();
    await world.look("models");
  },
};

/** The schedules of one workflow have an address; the way out of a filter without any shows all. */
async function filterSchedules(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Schedules");
  const row = page.getByRole("link", { name: /call_away/ });
  await row.waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("none");
  await page.getByText("No schedule starts this workflow").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await row.waitFor();
  await page.goto(`${page.url()}?workflow=call_away`);
  await row.click();
  await page.getByRole("heading", { name: "Next ticks" }).waitFor();
}

/** A schedule that is deleted elsewhere stays to be read, without its commands. */
async function seeDeletion(world: World): Promise<void> {
  const { page } = world;
  const address = page.url();
  const body = { workflow: "call_away", cron: "0 0 1 1 *", time_zone: "UTC" };
  const { id } = Made.parse(await world.call("POST", "/v1/schedules", body));
  await page.goto(address.replace(/sched_\w+/, id));
  await page.getByRole("button", { name: "Run now" }).waitFor();
  world.expectError(/status of 404/);
  await world.call("DELETE", `/v1/schedules/${id}`);
  await page.getByText("The schedule was deleted meanwhile").waitFor();
  await page.getByRole("heading", { name: "Next ticks" }).waitFor();
  check((await page.getByRole("button", { name: "Run now" }).count()) === 0, "it can still be run");
  await page.goto(address);
}

/** All jobs of a list are sent again, at no higher rate than the service takes; if it left some, one more click. */
async function redriveMany({ page }: World): Promise<void> {
  const rate = page.getByLabel("Jobs a minute");
  const redrive = page.getByRole("button", { name: "Redrive", exact: true });
  await rate.fill("601");
  await redrive.click();
  const refused = await page.evaluate("document.querySelectorAll('dialog input:invalid').length");
  check(refused === 1, "the form takes a rate that the service refuses");
  await rate.fill("600");
  const json = {
    object: "dead_letter.redrive",
    scheduled: 10_000,
    per_minute: 600,
    has_more: true,
  };
  await page.route("**/v1/dead_letters/redrive", (route) => route.fulfill({ json }), { times: 1 });
  await redrive.click();
  await page.getByText("10,000 jobs will be sent again. There are more of them.").waitFor();
  await page.getByRole("button", { name: "Redrive more" }).click();
  await page.getByText(/^\d jobs? will be sent again\.$/).waitFor();
  check(await redrive.isDisabled(), "nothing is left, and it can be sent again");
  await page.getByRole("button", { name: "Close" }).click();
}

/** An answer in the background that does not end is found by its status, and cancelled. */
async function watchBackground(world: World): Promise<void> {
  const { page } = world;
  const steps = { hold: { use: "signal@1", with: { name: "go" } } };
  await world.call("POST", "/v1/workflows", { name: "held", steps });
  const input = "How long does <b>this</b> take?";
  const asked = { model: "extractive-1", input, workflow: "held", background: true };
  await world.call("POST", "/v1/responses", asked);
  await world.openScreen("Queue");
  await page.getByRole("link", { name: "Background work" }).click();
  const row = page.getByRole("listitem").filter({ hasText: input });
  await row.getByText("in progress").waitFor();
  await world.look("background-work");
  await page.getByLabel("Status").selectOption("In progress");
  await row.getByRole("button", { name: "Cancel" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByLabel("Status").selectOption("Cancelled");
  await row.getByText("cancelled").waitFor();
}

async function schedule(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Schedules");
  await page.getByRole("button", { name: "New schedule" }).click();
  await page.getByRole("dialog").getByLabel("Workflow").fill("call_away");
  await world.look("schedule-new");
  await page.getByRole("button", { name: "Make the schedule" }).click();
  await page.getByRole("heading", { name: "Next ticks" }).waitFor();
  await filterSchedules(world);
  await seeDeletion(world);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await world.look("schedule");
}
