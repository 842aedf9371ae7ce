import { z } from "zod";

import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Index = z.object({ generation: z.number() });
const Reindex = z.object({ status: z.string(), to: z.object({ number: z.number() }) });

/** A store's index is built again: its cost, its progress, two tabs, the switch, the way back, and the end. */
export const reindex: Journey = {
  name: "reindex",
  run: async (world) => {
    const { page } = world;
    const files = Array.from({ length: 12 }, (_, at) => ({
      name: `leave-${at}.md`,
      content: `# Leave ${at}\n\n${`${LEAVE} `.repeat(12)}`,
    }));
    const store = await makeStore(world, "Built again", files);
    const search = { query: "How many days of annual leave?" };
    await world.call("POST", `/v1/vector_stores/${store}/search`, search);
    await world.signIn();
    await world.openScreen("Stores");
    await page.getByRole("link", { name: /Built again/ }).click();
    await page.getByRole("link", { name: "Reindex" }).click();
    await page.getByRole("heading", { name: "Build the index again" }).waitFor();
    await planReindex(world);
    await startOnce(world, store);
    await actInTwoTabs(world, store);
    await switchAndFinish(world, store);
    await showFailures(world);
  },
};

const button = ({ page }: World, name: string) => page.getByRole("button", { name, exact: true });
const status = ({ page }: World, text: string) =>
  page.getByRole("region", { name: "Last reindex" }).getByText(text, { exact: true }).first();

/** The form begins with what the store has, says what it costs, keeps what is typed, and refuses what does not fit. */
async function planReindex(world: World): Promise<void> {
  const { page } = world;
  const size = page.getByLabel("Size of a chunk, in tokens");
  check((await size.inputValue()) === "400", `the form begins with ${await size.inputValue()}`);
  await page.getByText("copied with their vectors: no model is asked").waitFor();
  await world.look("reindex-form");
  await size.fill("100");
  await page.getByText("texts go to the model").waitFor();
  await page.getByText("A chunk can repeat half of its size at most").waitFor();
  check(await button(world, "Start the reindex").isDisabled(), "sizes that do not fit are sent");
  await page.getByLabel("Overlap of chunks, in tokens").fill("20");
  await page.reload();
  await page.getByText("What you typed here before is back").waitFor();
  check((await size.inputValue()) === "100", "the size that was typed is lost");
}

/** The reply to the start is lost: the second click begins no second reindex. */
async function startOnce(world: World, store: string): Promise<void> {
  const { page } = world;
  world.expectError(/net::ERR_CONNECTION_RESET/);
  await world.loseReply("**/reindex");
  await button(world, "Start the reindex").click();
  await page.getByText("The service does not answer").waitFor();
  const first = await readReindex(world, store);
  // As a click does that comes before the page has seen what the lost reply would have said.
  const sizes = { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 };
  const body = { chunking_strategy: { type: "static", static: sizes } };
  await world.call("POST", `/v1/vector_stores/${store}/reindex`, body);
  await status(world, "Ready to switch").waitFor({ timeout: 60_000 });
  const second = await readReindex(world, store);
  check(first.to.number === second.to.number, "two reindexes were begun");
  await page.getByText("A reindex goes on. Another one can begin").waitFor();
  check(await button(world, "Start the reindex").isDisabled(), "a second one can be begun");
}

const readReindex = async (world: World, store: string) =>
  Reindex.parse(await world.call("GET", `/v1/vector_stores/${store}/reindex`));

/** What one tab does, the other one shows; what is asked there is asked no more. */
async function actInTwoTabs(world: World, store: string): Promise<void> {
  const { page } = world;
  await page.getByText(/of the ten best passages are the same/).waitFor();
  await world.look("reindex-ready");
  const other = await world.context.newPage();
  await world.watch(other);
  await other.goto(page.url());
  await other.getByRole("button", { name: "Switch", exact: true }).click();
  await other.getByText("Switch to the new generation?").waitFor();
  await button(world, "Switch").click();
  await page.getByText("Switch to the new generation?").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Switch", exact: true }).click();
  await status(world, "Switched").waitFor();
  await other.bringToFront();
  await other.getByText("Switched", { exact: true }).first().waitFor();
  check((await other.getByRole("dialog").count()) === 0, "the other tab still asks");
  const index = await world.call("GET", `/v1/vector_stores/${store}/index`);
  check(Index.parse(index).generation === 2, "searches read the old generation");
  await other.getByRole("button", { name: "Go back", exact: true }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Go back" }).click();
  await other.getByText("Ready to switch", { exact: true }).waitFor();
  await other.close();
  await status(world, "Ready to switch").waitFor();
}

/** The store's own page says that the switch is waited for; the end erases the old generation. */
async function switchAndFinish(world: World, store: string): Promise<void> {
  const { page } = world;
  await page.locator("a.back").click();
  await page.getByText("A new index is ready, and waits for the switch.").waitFor();
  await world.look("store-with-reindex");
  await page.getByRole("link", { name: "See the reindex" }).click();
  await button(world, "Switch").click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch", exact: true }).click();
  await status(world, "Switched").waitFor();
  await page.getByText("Finish the reindex above first").waitFor();
  await button(world, "Finish now").click();
  await world.look("reindex-finish");
  await page.getByRole("dialog").getByRole("button", { name: "Finish now" }).click();
  await status(world, "Completed").waitFor({ timeout: 60_000 });
  await page.getByText(/Erased of generation 1/).waitFor();
  const size = page.getByLabel("Size of a chunk, in tokens");
  check((await size.inputValue()) === "100", "the form does not show what serves now");
  check(await button(world, "Start the reindex").isEnabled(), "another one cannot be begun");
  const { status: last } = await readReindex(world, store);
  check(last === "completed", `the reindex is ${last}`);
}

/** A file that cannot be copied is named with its reason, and keeps searches from moving. The replies are made up. */
async function showFailures(world: World): Promise<void> {
  const { page } = world;
  await page.route("**/index?**", async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("stream=true", "") });
    const body = z.record(z.string(), z.unknown()).parse(await response.json());
    const last = z.record(z.string(), z.unknown()).parse(body["reindex"]);
    const counts = { total: 40, checked: 22, copied: 11, waiting: 0, failed: 11 };
    const message = "The embedding model refuses the text of the file.";
    const failures = Array.from({ length: 10 }, (_, at) => ({ file_id: `file-${at}`, message }));
    const made = { ...last, status: "building", file_counts: counts, failures, erased: null };
    const data = JSON.stringify({ ...body, reindex: made });
    await route.fulfill({
      contentType: "text/event-stream",
      body: `event: snapshot\nid: 1\ndata: ${data}\n\n`,
    });
  });
  await page.reload();
  await page.getByText("11 files could not be copied").waitFor();
  await page.getByText("And 1 other file.").waitFor();
  await world.look("reindex-failures");
  // The service knows better, and says so in words.
  world.expectError(/status of 409/);
  await button(world, "Pause").click();
  await page.getByText("Cannot pause the reindex").waitFor();
  await page.unrouteAll();
}
