import { join } from "node:path";

import type { Browser, Page } from "playwright-core";

import type { Service } from "../local/service.ts";

type ColorScheme = "light" | "dark";
type Scene = { readonly scheme: ColorScheme; readonly width: number; readonly height: number };

const SCENES: readonly Scene[] = [
  { scheme: "light", width: 1360, height: 900 },
  { scheme: "dark", width: 1360, height: 900 },
  { scheme: "light", width: 390, height: 844 },
];

/**
 * Takes a screenshot of every page in every combination of theme and size, and saves them in the folder `target`.
 * Returns a list of problems, such as errors in the console.
 */
export async function photographPages(
  browser: Browser,
  service: Service,
  target: string,
): Promise<string[]> {
  const problems: string[] = [];
  for (const scene of SCENES) {
    const { scheme, width, height } = scene;
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    const shoot = (name: string) =>
      page.screenshot({ path: join(target, `${name}-${scheme}-${width}.png`) });
    await watch(page, service.url, (problem) => problems.push(`${scheme}: ${problem}`));
    await page.goto(service.url);
    await shoot("start");
    await page.goto(`${service.url}/docs`);
    await page.locator(".opblock").first().waitFor();
    await shoot("docs");
    if (width > 1000) await tryModels(page, service.secrets.apiKey, shoot);
    await page.close();
  }
  return problems;
}

/** Enters the key and sends `GET /v1/models`, as a reader of the page would. */
async function tryModels(
  page: Page,
  apiKey: string,
  shoot: (name: string) => Promise<unknown>,
): Promise<void> {
  await page.locator("button.authorize").first().click();
  await page.locator(".auth-container").first().waitFor();
  await shoot("key");
  await page.locator(".auth-container", { hasText: "project" }).getByRole("textbox").fill(apiKey);
  await page.locator(".auth-container", { hasText: "project" }).locator(".authorize").click();
  await page.locator(".btn-done").first().click();
  await page.locator(".contents a", { hasText: "List models" }).click();
  const operation = page.locator(".opblock.is-open");
  await operation.locator(".try-out__btn").click();
  await operation.locator(".execute").click();
  await operation
    .locator(".live-responses-table .response-col_status", { hasText: "200" })
    .waitFor();
  await operation.locator(".live-responses-table").scrollIntoViewIfNeeded();
  await shoot("try");
  await page.locator(".contents a", { hasText: "Create a response" }).first().click();
  await page.locator("#contents").waitFor();
  await page.waitForTimeout(300);
  await shoot("operation");
}

async function watch(page: Page, url: string, report: (problem: string) => void): Promise<void> {
  // The console does not show all violations, so the page reports them. The script is text, since `document` has no
  // type here.
  const content = `document.addEventListener("securitypolicyviolation", (event) =>
    console.error("policy violated:", event.violatedDirective, event.blockedURI));`;
  await page.addInitScript({ content });
  page.on("console", (message) => {
    if (message.type() === "error") report(message.text());
  });
  page.on("pageerror", (error) => report(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${url}/`) && !/^(?:data|blob):/.test(request.url())) {
      report(`asked another host: ${request.url()}`);
    }
  });
}
