import type { Browser } from "playwright-core";

import { launchChromium } from "./chromium.ts";
import { type DevService, startDev } from "./dev-service.ts";

/**
 * Calls `work` with Chromium and a new `npm run dev`, whose variables may name a model, and ends both afterwards. The
 * browser comes first: it is what may be missing.
 */
export async function withBrowser<Value>(
  executablePath: string,
  variables: Readonly<Record<string, string>>,
  work: (browser: Browser, service: DevService) => Promise<Value>,
): Promise<Value> {
  const browser = await launchChromium(executablePath);
  try {
    const service = await startDev(variables);
    return await work(browser, service).finally(service.stop);
  } finally {
    await browser.close();
  }
}
