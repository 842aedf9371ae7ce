import { CONSOLE_POLICY } from "../../site/headers-file.ts";
import { printHandbook } from "../documents.ts";
import { check, type Journey, type World } from "../world.ts";

/** The first five minutes of a newcomer: the link, a store, a PDF, a question, the citation, and why. */
export const firstMinutes: Journey = {
  name: "first-minutes",
  isShort: true,
  run: async (world) => {
    const { page, service } = world;
    const opened = await page.goto(service.link);
    check(
      opened?.headers()["content-security-policy"] === CONSOLE_POLICY,
      "the page has no policy",
    );
    await page.getByRole("heading", { name: "Ask", exact: true }).waitFor();
    check(!page.url().includes("sign-in"), "the token stays in the address");
    await checkStorage(world);
    await world.look("welcome");
    await page.getByRole("link", { name: "Add files" }).click();
    await page.getByLabel("Name").fill("Handbook");
    await page.getByRole("button", { name: "Make the store" }).click();
    const pdf = {
      name: "Handbook.pdf",
      mimeType: "application/pdf",
      buffer: await printHandbook(world.browser),
    };
    await page.getByLabel("Files to upload").setInputFiles(pdf);
    await page.getByRole("link", { name: /Handbook\.pdf/ }).waitFor();
    await page.getByText("Indexed", { exact: true }).last().waitFor();
    await world.look("files");
    await world.openScreen("Ask");
    await ask(world, "How many days of annual leave are there?");
    await world.look("answer");
    await openCitation(world);
    await page.getByRole("link", { name: "Why", exact: true }).click();
    await page.getByRole("heading", { name: "Why this answer" }).waitFor();
    await page.getByText("given to the model").first().waitFor();
    await world.look("why");
    await useLinkAgain(world);
  },
};

async function ask({ page }: World, question: string): Promise<void> {
  await page.getByLabel("Question").fill(question);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Fork from here" }).last().waitFor();
}

async function openCitation(world: World): Promise<void> {
  const { page } = world;
  await page.getByRole("button", { name: "Source 1" }).click();
  const mark = page.locator("dialog mark");
  await mark.waitFor();
  const quote = (await mark.textContent()) ?? "";
  check(quote.includes("30 days of annual leave"), `the mark is on: ${quote}`);
  await world.look("citation");
  await page.getByRole("tab", { name: "Original" }).click();
  await page.locator(".pdf-mark").first().waitFor();
  await world.look("citation-original");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
}

/** The key and the token are nowhere in the browser, except for the cookie that scripts cannot read. */
async function checkStorage({ page, context, service }: World): Promise<void> {
  const kept = await page.evaluate(
    "JSON.stringify([localStorage, sessionStorage, document.cookie])",
  );
  check(!String(kept).includes(service.apiKey), "the key is in the browser's storage");
  check(!String(kept).includes("edgewise-"), "a script can read the session's cookie");
  const cookies = await context.cookies();
  check(
    cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === "Strict"),
    "a cookie is open",
  );
}

async function useLinkAgain(world: World): Promise<void> {
  world.expectError(/status of 401.*console\/session/);
  const context = await world.browser.newContext();
  const page = await context.newPage();
  await page.goto(world.service.link);
  await page.getByText("This sign-in link was used already").waitFor();
  await context.close();
}
