import { globSync, readFileSync } from "node:fs";

import { describe, it } from "vitest";

import { EXPOSED_HEADERS } from "../../../src/http/cross-origin.ts";

/** Names of headers that only requests have, or that no page needs to read, and a member of the API description. */
const NOT_READ = new Set([
  "x-gzip",
  "x-edgewise-console",
  "x-content-type-options",
  "x-openresponses-websocket",
]);

describe("the headers that pages of other origins may read", () => {
  it("are all those of our own and of OpenAI that the routes send", ({ expect }) => {
    const names = globSync("src/http/**/*.ts")
      .map((path) => readFileSync(path, "utf8"))
      .flatMap((source) => source.match(/(?<=["'])(?:x|openai)-[a-z-]+(?=["'])/g) ?? []);
    const sent = [...new Set(names)].filter((name) => !NOT_READ.has(name)).toSorted();
    expect(sent.length).toBeGreaterThan(3);
    expect(EXPOSED_HEADERS).toEqual(expect.arrayContaining(sent));
  });
});
