import type { BrowserContext, Page, Response } from "playwright-core";
import { z } from "zod";

/** A screen to measure: its address, and a text that is there once it is complete. */
export type Screen = {
  readonly name: string;
  readonly path: string;
  /** A CSS selector of what is there once the screen is complete. */
  readonly complete: string;
};

/** The figures of a screen. Times are in milliseconds. */
export type ScreenFigures = {
  /** From the beginning of the navigation to the first paint of content. */
  readonly firstPaint: number;
  /** The part of it in which the browser waited for the first bytes of the page, its files, and the session. */
  readonly waited: number;
  /** Until the content of the screen is there. */
  readonly complete: number;
  /** Elements of the page, at most, while it was scrolled. */
  readonly elements: number;
  /** Number of the last row of a list, which was reached by scrolling; 0 without a list. */
  readonly lastRow: number;
  /** Bytes of the heap that are in use after all that, once garbage is collected. */
  readonly heap: number;
  /** The time between two frames while the page was scrolled: the 95th of 100, and the longest. */
  readonly frames: { readonly p95: number; readonly longest: number };
  /** The largest reply of the API, in bytes. */
  readonly largestReply: number;
};

const WHEELS = 60;
const WHEEL_PIXELS = 1_500;
const WHEEL_MS = 50;
/** Pause between two steps to the end of a list, in milliseconds, and steps without a new row until it is the end. */
const STEP_MS = 50;
const BARREN_MAX = 40;

const Paint = z.object({ firstPaint: z.number(), waited: z.number() });
const Heap = z.object({ usedSize: z.number() });
const Scrolled = z.object({
  frames: z.array(z.number()),
  elements: z.number(),
  lastRow: z.number(),
});

/** Read in the page, where `performance` has other types than here. */
const READ_PAINT = `(() => {
  const wait = ({ requestStart, responseStart }) => Math.max(0, responseStart - requestStart);
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource")
    .filter(({ name }) => /[/](app|style)-[^/]+$/.test(name));
  const firstPaint = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  // What the script asks first: who is signed in.
  const asked = performance.getEntriesByType("resource")
    .filter(({ name, responseEnd }) => name.endsWith("/console/session") && responseEnd < firstPaint);
  const waits = [[page], files, asked].map((some) => Math.max(0, ...some.map(wait)));
  return { firstPaint, waited: waits.reduce((sum, each) => sum + each, 0) };
})()`;
const BEGIN_SCROLL = `(() => {
  const seen = window.seen = { frames: [], elements: 0, lastRow: 0 };
  let last = performance.now();
  const look = (now) => {
    seen.frames.push(now - last);
    last = now;
    seen.elements = Math.max(seen.elements, document.querySelectorAll("*").length);
    const row = document.querySelector("li[aria-posinset]:last-child");
    seen.lastRow = Math.max(seen.lastRow, Number(row?.getAttribute("aria-posinset") ?? 0));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** Opens a screen in a browser that has its files already, scrolls it as far as it goes in some seconds, and measures. */
export async function measureScreen(
  context: BrowserContext,
  url: string,
  { path, complete }: Screen,
): Promise<ScreenFigures> {
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => sizes.push(readSize(response)));
  try {
    await open(page, url + path, complete);
    await page.close();
    const again = await context.newPage();
    again.on("response", (response) => sizes.push(readSize(response)));
    const startedAt = performance.now();
    await open(again, url + path, complete);
    const completeMs = performance.now() - startedAt;
    const paint = Paint.parse(await again.evaluate(READ_PAINT));
    const { frames } = await scroll(again);
    const seen = await scrollToEnd(again);
    const heap = await readHeap(context, again);
    await again.close();
    const sorted = frames.toSorted((a, b) => a - b);
    return {
      ...paint,
      complete: completeMs,
      ...seen,
      heap,
      frames: {
        p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
        longest: sorted.at(-1) ?? 0,
      },
      largestReply: Math.max(0, ...(await Promise.all(sizes))),
    };
  } finally {
    await page.close();
  }
}

async function open(page: Page, url: string, complete: string): Promise<void> {
  await page.goto(url);
  await page.locator(complete).first().waitFor();
}

async function scroll(page: Page): Promise<z.output<typeof Scrolled>> {
  await page.mouse.move(640, 500);
  await page.evaluate(BEGIN_SCROLL);
  for (let count = 0; count < WHEELS; count++) {
    await page.mouse.wheel(0, WHEEL_PIXELS);
    await page.waitForTimeout(WHEEL_MS);
  }
  return Scrolled.parse(await page.evaluate("window.seen"));
}

/** Scrolls on to the end of a list, and returns how much of it and of the page there was on the way. */
async function scrollToEnd(page: Page): Promise<{ elements: number; lastRow: number }> {
  let barren = 0;
  let last = 0;
  for (;;) {
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await page.waitForTimeout(STEP_MS);
    const { elements, lastRow } = Scrolled.parse(await page.evaluate("window.seen"));
    barren = lastRow > last ? 0 : barren + 1;
    last = lastRow;
    if (lastRow === 0 || barren > BARREN_MAX) return { elements, lastRow };
  }
}

async function readHeap(context: BrowserContext, page: Page): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  return Heap.parse(await session.send("Runtime.getHeapUsage")).usedSize;
}

/** Reads the size of a reply of the API. That of a stream, and of one that the page has given up, counts as nothing. */
async function readSize(response: Response): Promise<number> {
  const type = response.headers()["content-type"] ?? "";
  if (!response.url().includes("/v1/") || type.startsWith("text/event-stream")) return 0;
  return await response.body().then(
    (body) => body.byteLength,
    () => 0,
  );
}
