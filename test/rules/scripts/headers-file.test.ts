import { describe, expect, it } from "vitest";

import { headersFile } from "../../../scripts/site/headers-file.ts";

/** Reads the headers of a rule of a `_headers` file. */
function headersOf(path: string): string[] {
  const lines = headersFile().split("\n");
  const from = lines.indexOf(path) + 1;
  const rest = lines.slice(from);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith(" ")),
    )
    .map((line) => line.trim());
}

describe("the headers of static files", () => {
  it("let the console load and call its own host alone, and make no HTML of text", () => {
    const [policy = "", ...others] = headersOf("/console/");

    expect(others).toEqual([]);
    expect(policy.replace("Content-Security-Policy: ", "").split("; ")).toEqual([
      "default-src 'self'",
      "script-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types edgewise",
    ]);
  });

  it("keep files with a hash in their name, and no page", () => {
    expect(headersOf("/console/assets/*")).toEqual([
      "Cache-Control: public, max-age=31536000, immutable",
    ]);
    expect(headersOf("/*").join()).not.toContain("Cache-Control");
  });
});
