import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { z } from "zod";

import type { DevService } from "./dev-service.ts";

/** A journey of a person through the console. It throws where the console does not do what it should. */
export type Journey = {
  readonly name: string;
  /** True for the journeys that CI makes too. */
  readonly isShort?: true;
  readonly run: (world: World) => Promise<void>;
};

/** Sizes and colours in which every screen is photographed. */
const SCENES = [
  { name: "light", colorScheme: "light", width: 1280, height: 860 },
  { name: "dark", colorScheme: "dark", width: 1280, height: 860 },
  { name: "small", colorScheme: "light", width: 360, height: 740 },
] as const;
const WIDE = SCENES[0];
const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const SETTLE_MS = 350;
const SERIOUS = new Set(["serious", "critical"]);
const Findings = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullable(),
    nodes: z.array(z.object({ html: z.string() })),
  }),
);

/** The browser of a journey, and what was seen in it that must not be. */
export class World {
  readonly service: DevService;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly browser: Browser;
  /** What was wrong: errors of the console, violations of its policy, requests to other hosts, findings of axe. */
  readonly problems: string[] = [];
  readonly #target: string;
  readonly #expected: RegExp[] = [];

  private constructor(service: DevService, browser: Browser, page: Page, target: string) {
    this.service = service;
    this.browser = browser;
    this.page = page;
    this.context = page.context();
    this.#target = target;
  }

  /** Opens a browser window of its own for a journey; screenshots go to the folder `target`. */
  static async open(service: DevService, browser: Browser, target: string): Promise<World> {
    const context = await browser.newContext({ viewport: WIDE, colorScheme: WIDE.colorScheme });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    const world = new World(service, browser, page, target);
    await world.watch(page);
    return world;
  }

  /** Watches a page for what must not be. The script is text, since `document` has no type here. */
  async watch(page: Page): Promise<void> {
    const content = `document.addEventListener("securitypolicyviolation", (event) =>
      console.error("policy violated:", event.violatedDirective, event.blockedURI, event.sample));`;
    await page.addInitScript({ content });
    const report = (problem: string) => {
      if (!this.#expected.some((pattern) => pattern.test(problem))) this.problems.push(problem);
    };
    page.on("console", (message) => {
      if (message.type() === "error") report(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => report(error.stack ?? error.message));
    page.on("dialog", (dialog) => {
      report(`a dialog opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.service.url}/`) && !/^(?:data|blob):/.test(url)) {
        report(`asked another host: ${url}`);
      }
    });
  }

  /** Says that an error is meant to appear from now on, such as that of a request which is refused. */
  expectError(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Signs in with a key, by the form. */
  async signIn(key = this.service.apiKey): Promise<void> {
    await this.page.goto(`${this.service.url}/console/`);
    await this.page.getByLabel("API key").fill(key);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.locator(".shell").waitFor();
  }

  /** Opens a screen by its entry in the menu. */
  async openScreen(name: string): Promise<void> {
    const menu = this.page.getByRole("navigation", { name: "Screens" });
    await menu.getByRole("link", { name, exact: true }).click();
    await this.page.getByRole("heading", { name, exact: true }).waitFor();
  }

  /** Loses the reply to the next request of a path, though the service does what it asks for. */
  async loseReply(path: string): Promise<void> {
    await this.page.route(path, lose, { times: 1 });
  }

  /** Calls the API with a key, as a program does. */
  async call(
    method: string,
    path: string,
    body?: object,
    key = this.service.apiKey,
  ): Promise<unknown> {
    const response = await fetch(this.service.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return await response.json();
  }

  /** Photographs the screen in both themes and at 360 pixels, and asks axe about each. */
  async look(name: string): Promise<void> {
    for (const { name: scene, colorScheme, width, height } of SCENES) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.setViewportSize({ width, height });
      await this.page.waitForTimeout(SETTLE_MS);
      await this.page.screenshot({ path: join(this.#target, `${name}-${scene}.png`) });
      await this.#askAxe(`${name}, ${scene}`);
      await this.#checkWidth(`${name}, ${scene}`, width);
    }
    await this.page.emulateMedia({ colorScheme: WIDE.colorScheme });
    await this.page.setViewportSize(WIDE);
  }

  /** Makes the path of a screenshot that a journey takes itself. */
  pathOf(name: string): string {
    return join(this.#target, `${name}.png`);
  }

  async #askAxe(where: string): Promise<void> {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
    );
    for (const { id, impact, nodes } of Findings.parse(found)) {
      if (!SERIOUS.has(impact ?? "")) continue;
      this.problems.push(
        `${where}: axe finds ${id} (${impact}) in ${nodes[0]?.html.slice(0, 200)}`,
      );
    }
  }

  async #checkWidth(where: string, width: number): Promise<void> {
    const wide = z.number().parse(await this.page.evaluate("document.documentElement.scrollWidth"));
    if (wide > width) this.problems.push(`${where}: the page is ${wide} pixels wide`);
  }
}

async function lose(route: Route): Promise<void> {
  // What a browser sends by itself, a request that is made in its place has to be given.
  const headers = { ...(await route.request().allHeaders()), "sec-fetch-site": "same-origin" };
  const response = await route.fetch({ headers });
  await route.abort("connectionreset");
  check(response.ok(), `the request was not done: ${await response.text()}`);
}

/** Throws unless a condition holds. */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
