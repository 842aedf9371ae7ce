import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

/** Files of a store: one that failed, its reason, its chunks, a deletion while it is shown, and an upload that breaks off. */
export const files: Journey = {
  name: "files",
  run: async (world) => {
    const { page } = world;
    const long = Array.from(
      { length: 60 },
      (_, number) => `## Part ${number}\n\n${"A rule of the house. ".repeat(40)}`,
    );
    await makeStore(world, "Papers", [
      { name: "rules.md", content: long.join("\n\n"), attributes: { year: 2026 } },
      { name: "photo.bin", content: new Uint8Array([0, 1, 2, 3, 255]) },
    ]);
    await world.signIn();
    await world.openScreen("Files");
    await page.getByText("The file is not text").waitFor();
    await page.getByLabel("Status").selectOption("failed");
    await page.waitForURL(/status=failed/);
    await page.getByRole("link", { name: /rules\.md/ }).waitFor({ state: "detached" });
    await page.getByText("The file is not text").waitFor();
    check((await page.locator(".list-row").count()) === 1, "the filter does not filter");
    await page.getByLabel("Status").selectOption("cancelled");
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await breakUpload(world);
    await loseReplies(world);
    await uploadFolder(world);
    await dropFile(world);
    await nameStrangely(world);
    await page.getByRole("link", { name: /rules\.md/ }).click();
    await page.locator(".chunk").nth(3).waitFor();
    const original = page.getByRole("region", { name: "Original" });
    await original.getByText("## Part 0").waitFor();
    await world.look("file");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Files" }).waitFor();
    world.expectError(/status of 404/);
    await page.goBack();
    await page.getByRole("heading", { name: "There is no such file" }).waitFor();
  },
};

/** The name of a file has what forms escape; it is taken out of its store, and has a command of its own. */
async function nameStrangely(world: World): Promise<void> {
  const { page } = world;
  const name = '6" pipe, 50%20 (new).md';
  const file = { name, mimeType: "text/markdown", buffer: Buffer.from("# Pipes") };
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByRole("link", { name }).click();
  await page.getByRole("heading", { name }).waitFor();
  await page.locator(".chunk").waitFor();
  const [, fileId = "", storeId = ""] = /\/files\/([\w-]+)\?store=(\w+)/.exec(page.url()) ?? [];
  const chunks = await copyCommand(world);
  check(chunks.includes(`/v1/vector_stores/${storeId}/files/${fileId}/chunks'`), chunks);
  await world.call("DELETE", `/v1/vector_stores/${storeId}/files/${fileId}`);
  world.expectError(/status of 404/);
  await page.reload();
  await page.getByRole("heading", { name: "In no vector store" }).waitFor();
  const alone = await copyCommand(world);
  check(alone.includes(`/v1/files/${fileId}'`), alone);
  await page.getByRole("button", { name: "Attach" }).click();
  await page.locator(".chunk").waitFor();
  await world.openScreen("Files");
}

async function copyCommand({ page }: World): Promise<string> {
  await page.getByRole("button", { name: "Copy as curl" }).click();
  return String(await page.evaluate("navigator.clipboard.readText()"));
}

async function breakUpload(world: World): Promise<void> {
  const { page } = world;
  world.expectError(/ERR_CONNECTION|ERR_FAILED|Failed to load/);
  await page.route("**/v1/files", (route) => route.abort("connectionreset"));
  const file = {
    name: "broken-off.md",
    mimeType: "text/markdown",
    buffer: Buffer.from("# Whole\n\nNow it is here."),
  };
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await world.look("upload-failed");
  await page.setViewportSize({ width: 360, height: 740 });
  const name = await page.locator(".upload").getByText("broken-off.md").boundingBox();
  check(name !== null && name.width > name.height, "the name of an upload stands on end");
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.unroute("**/v1/files");
  // It is sent again by itself.
  await page.getByRole("link", { name: /broken-off\.md/ }).waitFor();
}

/** The reply to an upload, then that to its attachment, is lost, though the service has the file: it stays one file. */
async function loseReplies(world: World): Promise<void> {
  const { page } = world;
  const buffer = Buffer.from("# Once\n\nThis file is here once.");
  const file = { name: "once.md", mimeType: "text/markdown", buffer };
  await world.loseReply("**/v1/files");
  await world.loseReply("**/v1/vector_stores/*/files");
  await page.getByLabel("Files to upload").setInputFiles(file);
  await page.getByRole("link", { name: /once\.md/ }).waitFor();
  await page.getByText("All uploads have ended").waitFor();
  const listed = JSON.stringify(await world.call("GET", "/v1/files"));
  check(listed.split('"once.md"').length === 2, "a file whose reply was lost is there twice");
}

/** A folder is chosen: each of its files is uploaded, and its path in the folder is shown. */
async function uploadFolder(world: World): Promise<void> {
  const { page } = world;
  const folder = mkdtempSync(join(tmpdir(), "edgewise-folder-"));
  mkdirSync(join(folder, "deep"));
  writeFileSync(join(folder, "top.md"), "# Top");
  writeFileSync(join(folder, "deep", "below.md"), "# Below");
  await page.getByLabel("Folder to upload").setInputFiles(folder);
  await page.getByText(`${basename(folder)}/deep/below.md`).waitFor();
  for (const name of [/top\.md/, /below\.md/]) await page.getByRole("link", { name }).waitFor();
  rmSync(folder, { recursive: true });
}

/** A file is dropped on the page, as from a window of files. The script is text, since `document` has no type here. */
async function dropFile({ page }: World): Promise<void> {
  await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["# Dropped"], "dropped.md", { type: "text/markdown" }));
    const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector(".drop").dispatchEvent(event);
  })()`);
  await page.getByRole("link", { name: /dropped\.md/ }).waitFor();
}
