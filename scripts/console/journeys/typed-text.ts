import { z } from "zod";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
const List = z.object({ data: z.array(z.unknown()) });
const TYPED = '{"steps": {"mine": ';
const APPROVED = {
  steps: { approve: { use: "signal@1", with: { name: "approval", requires: ["reason"] } } },
};

/** What was typed and not sent is there again, whatever has happened to the screen and to what it is about. */
export const typedText: Journey = {
  name: "typed text",
  run: async (world) => {
    await world.signIn();
    await leaveEditor(world);
    await leaveDialog(world);
    await leaveRunForm(world);
    await startOnce(world);
    await decideElsewhere(world);
    await changeElsewhere(world);
    await changeSettingsElsewhere(world);
  },
};

const back = ({ page }: World) => page.getByText("What you typed here before is back");

/** The editor of a workflow is left by a link, by the browser's button and by a reload. */
async function leaveEditor(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Workflows");
  await page.getByRole("link", { name: "New workflow" }).click();
  const text = page.getByLabel("Steps and output as JSON");
  const first = await text.inputValue();
  await text.fill(TYPED);
  await page.getByLabel("What it is for").fill("To see whether it stays");
  await world.openScreen("Runs");
  await page.goBack();
  await back(world).waitFor();
  check((await text.inputValue()) === TYPED, "the text of a workflow is lost by a link");
  await world.look("typed-workflow");
  await page.reload();
  await back(world).waitFor();
  check((await text.inputValue()) === TYPED, "the text of a workflow is lost by a reload");
  await page.getByRole("button", { name: "Discard it" }).click();
  check((await text.inputValue()) === first, "what was discarded is still there");
  check((await page.getByLabel("What it is for").inputValue()) === "", "a field is not discarded");
  await world.openScreen("Workflows");
}

/** A dialog is left by Ctrl K. */
async function leaveDialog(world: World): Promise<void> {
  const { page } = world;
  const dialog = page.getByRole("dialog");
  await world.openScreen("Schedules");
  await page.getByRole("button", { name: "New schedule" }).click();
  await dialog.getByLabel("Workflow").fill("nightly");
  await dialog.getByLabel("Input as JSON").fill('{"half": ');
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Models");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Models", exact: true }).waitFor();
  await world.openScreen("Schedules");
  await page.getByRole("button", { name: "New schedule" }).click();
  await back(world).waitFor();
  check(
    (await dialog.getByLabel("Input as JSON").inputValue()) === '{"half": ',
    "the text of a dialog is lost",
  );
  await world.look("typed-schedule");
  await dialog.getByRole("button", { name: "Discard it" }).click();
  check((await dialog.getByLabel("Workflow").inputValue()) === "", "a dialog is not discarded");
  await dialog.getByRole("button", { name: "Close" }).click();
}

const greet = (word: string) => ({
  steps: { greet: { use: "transform@1", with: { value: `\${input.${word}}` } } },
});

/** The input of a run stays while another workflow is chosen, and while it is written as JSON or in fields. */
async function leaveRunForm(world: World): Promise<void> {
  const { page } = world;
  await world.call("POST", "/v1/workflows", { name: "greet_one", ...greet("sender") });
  await world.call("POST", "/v1/workflows", { name: "greet_two", ...greet("receiver") });
  await world.openScreen("Runs");
  await page.getByRole("button", { name: "Start a run" }).click();
  const dialog = page.getByRole("dialog");
  const workflow = dialog.getByLabel("Workflow");
  await workflow.selectOption("greet_one");
  await dialog.getByLabel("sender").fill("Hello");
  await workflow.selectOption("greet_two");
  await dialog.getByLabel("receiver").waitFor();
  await workflow.selectOption("greet_one");
  await dialog.getByLabel("sender").waitFor();
  check((await dialog.getByLabel("sender").inputValue()) === "Hello", "a field of a run is lost");
  await dialog.getByRole("button", { name: "Write JSON instead" }).click();
  const json = dialog.getByLabel("Input as JSON");
  await json.fill('{"sender": "Hello, half ');
  await dialog.getByRole("button", { name: "Use the fields" }).click();
  await dialog.getByRole("button", { name: "Write JSON instead" }).click();
  check((await json.inputValue()).includes("half"), "the JSON of a run is lost");
  await dialog.getByRole("button", { name: "Close" }).click();
}

/** The reply to the start of a run is lost: what was typed is still there, and another click starts no second run. */
async function startOnce(world: World): Promise<void> {
  const { page } = world;
  const runs = async () =>
    List.parse(await world.call("GET", "/v1/runs?workflow=greet_two")).data.length;
  const before = await runs();
  await page.getByRole("button", { name: "Start a run" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Workflow").selectOption("greet_two");
  await dialog.getByLabel("receiver").fill("World");
  world.expectError(/ERR_CONNECTION_RESET/);
  await world.loseReply("**/v1/runs");
  await dialog.getByRole("button", { name: "Start", exact: true }).click();
  await dialog.getByText("The service does not answer").waitFor();
  check((await dialog.getByLabel("receiver").inputValue()) === "World", "the input is lost");
  await dialog.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByRole("heading", { name: "greet_two@1" }).waitFor();
  // The list of runs is written some seconds late.
  await page.waitForTimeout(3_000);
  check((await runs()) === before + 1, "a run whose reply was lost is started twice");
}

/** A decision is made elsewhere while its reason is typed, and the step waits again later. */
async function decideElsewhere(world: World): Promise<void> {
  const { page } = world;
  await world.call("POST", "/v1/workflows", { name: "ask_somebody", ...APPROVED });
  const run = Made.parse(await world.call("POST", "/v1/runs", { workflow: "ask_somebody" }));
  await world.openScreen("Approvals");
  await page.getByRole("link", { name: new RegExp(run.id) }).click();
  await page.getByLabel("Reason").fill("Half of what I think");
  const decision = { payload: { approved: true }, actor: "Bob", reason: "Elsewhere" };
  await world.call("POST", `/v1/runs/${run.id}/signals/approval`, decision);
  const kept = page.getByRole("region", { name: "What you typed about approve" });
  await kept.getByText("Half of what I think").waitFor();
  await world.look("decided-elsewhere");
  await kept.getByRole("button", { name: "Copy" }).click();
  const copied = String(await page.evaluate("navigator.clipboard.readText()"));
  check(copied === "Half of what I think", `copied: ${copied}`);
  await page.waitForTimeout(500);
  await world.call("POST", `/v1/runs/${run.id}/retry`, { from: "approve" });
  await page.reload();
  await page.getByLabel("Reason").waitFor();
  check(
    (await page.getByLabel("Reason").inputValue()) === "Half of what I think",
    "the reason is lost when the step waits again",
  );
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("This run waits for nobody").waitFor();
  check((await kept.count()) === 0, "a reason that was sent is shown as not sent");
}

/** The settings of a store are changed elsewhere while they are typed: each field has its newest text. */
async function changeElsewhere(world: World): Promise<void> {
  const { page } = world;
  const store = await makeStore(world, "Changed", []);
  await world.openScreen("Stores");
  await page
    .getByRole("link", { name: /^Changed/ })
    .first()
    .click();
  const metadata = page.getByLabel("Metadata, a line each");
  await metadata.fill("team = people\nno pair");
  await page.getByText("A line needs a name").waitFor();
  check(await page.getByRole("button", { name: "Save" }).isDisabled(), "half a line can be saved");
  await metadata.fill("team = people");
  const change = { name: "Changed elsewhere", metadata: { owner: "Bob" } };
  await world.call("POST", `/v1/vector_stores/${store}`, change);
  await page.getByText("Somebody has changed the store").waitFor();
  const name = await page.getByLabel("Name", { exact: true }).inputValue();
  check(name === "Changed elsewhere", `the name of the store is ${name}`);
  check((await metadata.inputValue()) === "team = people", "what was typed of a store is lost");
  await world.look("store-changed-elsewhere");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.getByText("Somebody has changed the store").waitFor({ state: "detached" });
  const saved = JSON.stringify(await world.call("GET", `/v1/vector_stores/${store}`));
  check(saved.includes('"metadata":{"team":"people"}'), `saved: ${saved}`);
}

/** A project's settings are changed elsewhere: what was typed is still there, and can be saved. */
async function changeSettingsElsewhere(world: World): Promise<void> {
  const { page, service } = world;
  const projects = "/v1/organization/projects";
  const { adminKey } = service;
  const { id } = Made.parse(await world.call("POST", projects, { name: "Shared" }, adminKey));
  await world.context.clearCookies();
  await world.signIn(adminKey);
  await page.goto(`${service.url}/console/operator/projects/${id}`);
  const settings = page.getByLabel(/^As JSON/);
  const typed = (await settings.inputValue()).replace('"report"', '"strict"');
  await settings.fill(typed);
  const elsewhere = { settings: { list_stores_as_models: true } };
  await world.call("POST", `${projects}/${id}`, elsewhere, adminKey);
  await page.getByText("Somebody has changed the settings").waitFor();
  check((await settings.inputValue()) === typed, "the settings that were typed are lost");
  await world.look("settings-changed-elsewhere");
  await page.getByRole("button", { name: "Save the settings" }).click();
  await page.getByText("Somebody has changed the settings").waitFor({ state: "detached" });
}
