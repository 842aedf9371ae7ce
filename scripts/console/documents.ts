import type { Browser } from "playwright-core";

/** A text with which the handbook of the journeys answers. */
export const LEAVE = "Employees have 30 days of annual leave a year.";

const HANDBOOK = `
<h1>Handbook of Harbour Works</h1>
<h2>Annual leave</h2>
<p>${LEAVE} Leave that is not taken by the end of March lapses.</p>
<h2>Notice</h2>
<p>The notice period is 60 days after the first year.</p>
<div style="page-break-before: always"></div>
<h2>Travel</h2>
<p>Trains are booked in second class. The daily allowance is 28 euros in Germany.</p>
<h2>Opening hours</h2>
<p>The harbour office opens at seven in the morning and closes at four in the afternoon.</p>`;

/** Makes a PDF file of two pages, as a browser prints it. */
export async function printHandbook(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage();
  try {
    await page.setContent(
      `<body style="font: 15px/1.6 sans-serif; padding: 2cm">${HANDBOOK}</body>`,
    );
    return await page.pdf({ format: "A4" });
  } finally {
    await page.close();
  }
}

/** Texts that would act if any screen took them for markup, or for anything but text. */
export const INJECTIONS = [
  `<img src=x onerror="alert('image')">`,
  `<script>alert("script")</script>`,
  `"><svg onload=alert(1)>`,
  `[a link](javascript:alert(1))`,
  `![an image](https://evil.example/pixel.png)`,
  `<iframe src="https://evil.example/"></iframe>`,
  `\u202egnp.exe \u2066isolated\u2069`,
  `{{constructor.constructor("alert(1)")()}}`,
] as const;
