/** `npm run bench:console`: large lists, a long run and a long answer in the console, in Chromium. */
import type { Browser, BrowserContext } from "playwright-core";

import { openAI } from "../scripts/client/connect.ts";
import { CHROMIUM_DEFAULT } from "../scripts/console/chromium.ts";
import type { DevService } from "../scripts/console/dev-service.ts";
import { withBrowser } from "../scripts/console/with-browser.ts";
import { BENCH_CONSOLE } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { table } from "../scripts/terminal/table.ts";
import { startOpenAiServer } from "../test/fakes/openai-server.ts";
import { conditions } from "./conditions.ts";
import { measureScreen, type Screen, type ScreenFigures } from "./console/measure-screen.ts";
import { seed, type Seeded } from "./console/seed.ts";

/** The bounds that each screen has to keep: of the browser's own time, in milliseconds, and of a reply, in bytes. */
const PAINT_MS_MAX = 300;
const REPLY_BYTES_MAX = 1_000_000;

const HEADING = [
  "screen",
  "first paint",
  "the browser's own",
  "complete",
  "last row",
  "elements",
  "heap, MB",
  "frame p95",
  "longest",
  "largest reply, KB",
];

const options = readCommandLine(BENCH_CONSOLE, (given) => ({
  count: readNumber(given, "of", [10, 1_000_000]) ?? 10_000,
  executablePath: given.values.get("chromium") ?? CHROMIUM_DEFAULT,
}));
await runCommand(bench);

async function bench(): Promise<void> {
  const remark = `${options.count} files, ${options.count} runs`;
  console.log(conditions(["wrangler", "workerd", "playwright-core"], remark));
  const model = await startOpenAiServer();
  const variables = { LLM_BASE_URL: model.url, LLM_MODEL: "scripted" };
  const measured = withBrowser(options.executablePath, variables, async (browser, service) => {
    // The link is good for five minutes, which filling the project takes longer than.
    const { context, home } = await signIn(browser, service);
    const seeded = await seed(openAI(service.url, service.apiKey), service, options.count);
    await measure(context, home, seeded);
  });
  await measured.finally(model.stop);
}

async function signIn(browser: Browser, service: DevService) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto(service.link);
  await page.locator(".shell").waitFor();
  // Such as /console/proj_01…/ask.
  const home = page.url().split("/").slice(0, 5).join("/");
  await page.close();
  return { context, home };
}

async function measure(context: BrowserContext, home: string, seeded: Seeded): Promise<void> {
  const rows = [HEADING];
  let isTooLarge = false;
  for (const screen of listScreens(seeded)) {
    const figures = await measureScreen(context, home, screen);
    rows.push(formatFigures(screen, figures));
    isTooLarge ||= figures.largestReply > REPLY_BYTES_MAX;
  }
  console.log(`\n${table(rows)}\n\nms; ! is above ${PAINT_MS_MAX} ms or ${REPLY_BYTES_MAX} bytes`);
  if (isTooLarge) process.exitCode = 1;
}

function listScreens({ storeId, longRun, conversation }: Seeded): readonly Screen[] {
  return [
    { name: "files", path: `/files?store=${storeId}`, complete: ".list-row" },
    {
      name: "files that failed",
      path: `/files?store=${storeId}&status=failed`,
      complete: ".empty",
    },
    { name: "runs", path: "/runs", complete: ".list-row" },
    { name: "runs that are completed", path: "/runs?status=completed", complete: ".list-row" },
    { name: "runs of one workflow", path: "/runs?workflow=long", complete: ".list-row" },
    { name: "a run of 1,000 steps", path: `/runs/${longRun}`, complete: "main details" },
    { name: "its waterfall", path: `/runs/${longRun}?view=time`, complete: ".waterfall li" },
    { name: "its log", path: `/runs/${longRun}?view=log`, complete: ".log li" },
    { name: "an answer of 100 KB", path: `/ask/${conversation}`, complete: ".answer-actions" },
  ];
}

function formatFigures({ name }: Screen, figures: ScreenFigures): string[] {
  const { firstPaint, waited, complete, elements, lastRow, heap, frames, largestReply } = figures;
  const own = firstPaint - waited;
  return [
    name,
    firstPaint.toFixed(0),
    `${own.toFixed(0)}${own > PAINT_MS_MAX ? " !" : ""}`,
    complete.toFixed(0),
    lastRow === 0 ? "–" : String(lastRow),
    String(elements),
    (heap / 1_000_000).toFixed(1),
    frames.p95.toFixed(0),
    frames.longest.toFixed(0),
    `${(largestReply / 1_000).toFixed(0)}${largestReply > REPLY_BYTES_MAX ? " !" : ""}`,
  ];
}
