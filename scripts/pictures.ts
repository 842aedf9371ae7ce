/** `npm run docs:pictures`: takes the pictures of README.md and docs/ from the console of a fresh `npm run dev`. */
import { globSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { CHROMIUM_DEFAULT } from "./console/chromium.ts";
import type { DevService } from "./console/dev-service.ts";
import { makeStore } from "./console/library.ts";
import { withBrowser } from "./console/with-browser.ts";
import { World } from "./console/world.ts";
import { readCommandLine } from "./local/command-line.ts";
import { DOCS_PICTURES } from "./local/test-commands.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TARGET = join(ROOT, "docs/pictures");
/** A question of the demo. */
const QUESTION = "How long may a revoked key open the door?";
const SIZE = { width: 1180, height: 720 };
/** So wide that the source stands beside the answer. */
const WIDE = { width: 1440, height: 860 };

const executablePath = readCommandLine(
  DOCS_PICTURES,
  ({ values }) => values.get("chromium") ?? CHROMIUM_DEFAULT,
);
mkdirSync(TARGET, { recursive: true });
const problems = await withBrowser(executablePath, {}, async (browser, service) => {
  const world = await World.open(service, browser, TARGET);
  await world.page.setViewportSize(WIDE);
  await takePictures(world, service);
  // Before the service ends, so that no stream is cut.
  await world.context.close();
  return world.problems;
});
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);

async function takePictures(world: World, service: DevService): Promise<void> {
  const { page } = world;
  const paths = globSync(["README.md", "docs/*.md"], { cwd: ROOT });
  const documents = paths.toSorted().map((path) => ({
    name: basename(path),
    content: readFileSync(join(ROOT, path)),
  }));
  await makeStore(world, "Documentation", documents);
  await page.goto(service.link);
  await page.getByLabel("Question").fill(QUESTION);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Fork from here" }).waitFor();
  await page.getByRole("button", { name: "Source 1" }).first().click();
  await page.locator("dialog mark").waitFor();
  await take(world, "ask");
  await page.keyboard.press("Escape");
  await page.setViewportSize(SIZE);
  await page.getByRole("link", { name: "Why", exact: true }).click();
  await page.getByText("given to the model").first().waitFor();
  await take(world, "why");
  await takeRun(world);
}

/** A run of a refund that waits for somebody. */
async function takeRun(world: World): Promise<void> {
  const { page } = world;
  const [pay, letter] = ["Pay 40 euros for ${input.order}", "A letter about ${input.order}"];
  const steps = {
    order: { use: "transform@1", with: { value: "${input.order}" } },
    policy: { use: "transform@1", with: { value: "Up to 50 euros within 30 days" } },
    approval: { use: "signal@1", needs: ["order", "policy"], with: { name: "approval" } },
    pay: { use: "transform@1", needs: ["approval"], with: { value: pay } },
    letter: { use: "transform@1", needs: ["approval"], with: { value: letter } },
  };
  await world.call("POST", "/v1/workflows", { name: "refund", steps });
  await world.call("POST", "/v1/runs", { workflow: "refund", input: { order: "A-17" } });
  await world.openScreen("Runs");
  await page.getByRole("link", { name: /refund/ }).click();
  await page.getByText("The run waits for somebody").waitFor();
  await take(world, "run");
}

async function take({ page }: World, name: string): Promise<void> {
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(TARGET, `${name}.png`) });
}
