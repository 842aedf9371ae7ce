import { describe, it } from "vitest";

import { startPage, startPageHeaders } from "../../../../src/http/pages/start-page.ts";

const PAGE = startPage({ version: "1.2.3", origin: "https://rag.example" });

describe("startPage", () => {
  it("shows commands with the host of the request", ({ expect }) => {
    expect(PAGE).toContain("curl https://rag.example/health");
    expect(PAGE).toContain("1.2.3");
  });

  it("links the docs and loads nothing from another host", ({ expect }) => {
    const addresses = Array.from(
      PAGE.matchAll(/(?:href|src)="([^"]*)"/g),
      ([, address]) => address,
    );

    expect(addresses).toEqual(expect.arrayContaining(["/docs", "/openapi.json", "/llms.txt"]));
    expect(addresses.filter((address) => !address?.startsWith("/"))).toEqual([]);
  });

  it("has no script", ({ expect }) => {
    expect(PAGE).not.toMatch(/<script|\son\w+=/);
  });

  it("shows a host with markup in it as text", ({ expect }) => {
    const page = startPage({ version: "1", origin: `https://<script>"&'` });

    expect(page).toContain("curl https://&lt;script&gt;&quot;&amp;&#39;/health");
    expect(page).not.toContain("<script");
  });
});

describe("startPageHeaders", () => {
  it("allows the style that is in the page, by its hash, and no script", async ({ expect }) => {
    const style = /<style>([\s\S]*)<\/style>/.exec(PAGE)?.[1];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    const policy = (await startPageHeaders())["content-security-policy"];

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).not.toMatch(/script-src|unsafe/);
  });
});
