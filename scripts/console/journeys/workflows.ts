import { z } from "zod";

import { check, type Journey, type World } from "../world.ts";

const Run = z.object({ id: z.string() });

/** A workflow that asks a person, and names that must stay text. */
const REFUND = {
  name: "refund",
  description: "Pays money back once somebody has agreed",
  steps: {
    check: { use: "transform@1", with: { value: { order: "${input.order}" } } },
    approve: {
      use: "signal@1",
      needs: ["check"],
      with: { name: "approval", requires: ["actor", "reason"] },
    },
    notify: { use: "transform@1", needs: ["approve"], with: { value: "Paid ${input.order}" } },
  },
  output: "${steps.notify.output}",
};

/** A workflow is written, a run is started, decided and looked at; another one fails and is sent again. */
export const workflows: Journey = {
  name: "workflows",
  run: async (world) => {
    await world.signIn();
    await writeWorkflow(world);
    await startRun(world);
    await decide(world);
    await reject(world);
    await cancelAndRetry(world);
    await compareVersions(world);
  },
};

async function writeWorkflow(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Workflows");
  await world.look("workflows-empty");
  await page.getByRole("link", { name: "New workflow" }).click();
  await page.getByLabel("Name").fill(REFUND.name);
  await page.getByLabel("What it is for").fill(REFUND.description);
  const text = page.getByLabel("Steps and output as JSON");
  const broken = { ...REFUND.steps, notify: { ...REFUND.steps.notify, needs: ["nobody"] } };
  await text.fill(JSON.stringify({ steps: broken, output: REFUND.output }, null, 2));
  await page.getByText(/^\d+ problems?$/).waitFor();
  check(await page.getByRole("button", { name: "Save" }).isDisabled(), "a wrong one can be saved");
  await world.look("workflow-problems");
  await text.fill(JSON.stringify({ steps: REFUND.steps, output: REFUND.output }, null, 2));
  await page.getByText("No problems.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "refund", exact: true }).waitFor();
  await world.look("workflow");
}

async function startRun(world: World): Promise<void> {
  const { page } = world;
  await page.getByRole("link", { name: "Start a run" }).click();
  await page.getByRole("dialog").getByLabel("order").fill("<b>A-17</b>");
  await world.look("run-start");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("The run waits for somebody").waitFor();
  await world.look("run-waiting");
  await page.getByRole("link", { name: "Waterfall" }).click();
  await page.getByRole("heading", { name: "Where the time went" }).waitFor();
  await page.getByRole("link", { name: "Log" }).click();
  await page.getByText("waits for signal approval").waitFor();
  await world.look("run-log");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
}

async function decide(world: World): Promise<void> {
  const { page } = world;
  await world.openScreen("Approvals");
  await page.getByRole("link", { name: /refund/ }).waitFor();
  await world.look("approvals");
  await page.getByRole("link", { name: /refund/ }).click();
  await page.getByRole("heading", { name: "Evidence" }).waitFor();
  check(
    await page.getByRole("button", { name: "Approve" }).isDisabled(),
    "one can approve without a name",
  );
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Reason").fill("A known customer");
  await world.look("approval");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("This run waits for nobody").waitFor();
  await page.getByRole("link", { name: /^run_/ }).click();
  await page.locator(".status-good").first().waitFor();
  await page.getByRole("link", { name: "Input and output" }).click();
  await page.getByText("Paid <b>A-17</b>").waitFor();
  await page.getByRole("link", { name: "Graph" }).click();
  await page
    .getByRole("link", { name: /notify/ })
    .first()
    .click();
  await page.getByRole("dialog").getByText("transform@1").waitFor();
  await world.look("run-step");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
}

/** A run is rejected with a reason, which its step has from then on. */
async function reject(world: World): Promise<void> {
  const { page } = world;
  const started = await world.call("POST", "/v1/runs", { workflow: "refund", input: { order: 7 } });
  const { id } = Run.parse(started);
  await world.openScreen("Approvals");
  await page.getByRole("link", { name: new RegExp(id) }).click();
  check((await page.getByLabel("Your name").inputValue()) === "Ada", "the name is asked again");
  await page.getByLabel("Reason").fill("Too late");
  await page.getByRole("button", { name: "Reject" }).click();
  await page.getByText("This run waits for nobody").waitFor();
  const step = JSON.stringify(await world.call("GET", `/v1/runs/${id}/steps/approve`));
  check(/"approved":false/.test(step) && step.includes("Too late"), `the decision is ${step}`);
}

/** A run that waits is cancelled, and made again from a step. */
async function cancelAndRetry(world: World): Promise<void> {
  const { page } = world;
  const started = await world.call("POST", "/v1/runs", { workflow: "refund", input: { order: 8 } });
  const { id } = Run.parse(started);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(id);
  await page.keyboard.press("Enter");
  await page.getByText("The run waits for somebody").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
  await page.getByRole("button", { name: "Retry" }).click();
  await page.getByRole("dialog").getByLabel("From").selectOption("check");
  await world.look("run-retry");
  await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
  await page.getByText("The run waits for somebody").waitFor();
  await world.call("POST", `/v1/runs/${id}/cancel`, {});
  await page.getByText("The run waits for somebody").waitFor({ state: "detached" });
}

async function compareVersions(world: World): Promise<void> {
  const { page } = world;
  await world.call("POST", "/v1/workflows", { ...REFUND, output: "${steps.check.output}" });
  await world.openScreen("Workflows");
  await page.getByRole("link", { name: /refund/ }).click();
  await page.getByRole("link", { name: "Versions" }).click();
  await page.locator(".diff-added").first().waitFor();
  check((await page.locator(".diff-removed").count()) === 1, "the difference is not one line");
  await world.look("workflow-versions");
  await keepText(world);
}

/** What was typed in the editor stays while the versions are looked at. */
async function keepText({ page }: World): Promise<void> {
  const text = page.getByLabel("Steps and output as JSON");
  const editor = page.getByRole("link", { name: "Version 2", exact: true });
  await editor.click();
  const saved = await text.inputValue();
  await text.fill("What I type");
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await page.locator(".diff-added").first().waitFor();
  await editor.click();
  check((await text.inputValue()) === "What I type", "what was typed is lost");
  await text.fill(saved);
}

/** The operator's side: a project, a key that is shown once and revoked, a secret, grants and settings. */
export const projects: Journey = {
  name: "projects",
  run: async (world) => {
    const { page, service } = world;
    await world.signIn(service.adminKey);
    await world.openScreen("Projects");
    await world.look("projects");
    await page.getByRole("button", { name: "New project" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Support");
    await page.getByRole("button", { name: "Make the project" }).click();
    await page.getByRole("heading", { name: "Support" }).waitFor();
    await page.getByText("No key opens this project yet.").waitFor();
    await page.getByLabel("Name of the new key").fill("CI");
    await page.getByRole("button", { name: "Make a key" }).click();
    const key = await page.locator("code", { hasText: /^sk-ew-[\w-]{20,}/ }).innerText();
    await world.call("GET", "/v1/models", undefined, key);
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No key opens this project yet.").waitFor();
    await page.getByText("Set a secret").click();
    await page.getByLabel("Name, in capital letters").fill("CRM_TOKEN");
    await page.getByLabel("Value").fill("a-secret-value");
    await page.getByRole("button", { name: "Set the secret" }).click();
    await page.getByText("to any host").waitFor();
    await page.getByLabel("Hosts for http@1").fill("shop.example.com");
    await page.getByRole("button", { name: "Save the grants" }).click();
    await page.getByText("Saved.").waitFor();
    await world.look("project");
    const settings = page.getByLabel(/^As JSON/);
    await settings.fill((await settings.inputValue()).replace('"report"', '"strict"'));
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByText("version 1").waitFor();
  },
};
