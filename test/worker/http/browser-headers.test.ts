import { env, exports } from "cloudflare:workers";
import { toFile } from "openai";
import { describe, it, vi } from "vitest";

import { createProject } from "../project.ts";

const NO_PAGE =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
const PAGE = "<script>alert(1)</script>";

const policyOf = ({ headers }: Response) => ({
  sniff: headers.get("x-content-type-options"),
  cache: headers.get("cache-control"),
  policy: headers.get("content-security-policy"),
});
/** Lists the dates that are not about now. */
const undated = (answers: readonly Response[]) =>
  answers
    .map(({ headers }) => headers.get("date"))
    .filter((date) => !(Math.abs(Date.parse(date ?? "") - Date.now()) < 5_000));
const STRICT = { sniff: "nosniff", cache: "no-store", policy: NO_PAGE };

describe("an answer that a browser could render", () => {
  it("is nothing to sniff, to store or to run, and has a date", async ({ expect }) => {
    const { client, fetch } = await createProject();
    const file = await client.files.create({
      file: await toFile(new TextEncoder().encode(PAGE), "page.html", { type: "text/html" }),
      purpose: "assistants",
    });
    const body = { method: "POST", headers: { "content-type": "application/json" } };
    const stream = JSON.stringify({ model: "extractive-1", input: "Hello", stream: true });
    const answers = {
      content: await fetch(`/files/${file.id}/content`),
      object: await fetch(`/files/${file.id}`),
      list: await fetch("/files"),
      missing: await fetch("/files/file-none"),
      unknown: await fetch("/nothing/%3Cscript%3E"),
      method: await fetch("/files", { method: "PATCH" }),
      invalid: await fetch("/responses", { ...body, body: PAGE }),
      keyless: await exports.default.fetch("https://edgewise.test/v1/files"),
      description: await exports.default.fetch("https://edgewise.test/openapi.json"),
      health: await exports.default.fetch("https://edgewise.test/health"),
      events: await fetch("/responses", { ...body, body: stream }),
    };
    for (const [name, answer] of Object.entries(answers)) {
      expect({ name, ...policyOf(answer) }).toEqual({ name, ...STRICT });
    }
    expect(undated(Object.values(answers))).toEqual([]);
    expect(answers.content.headers.get("content-disposition")).toContain("attachment");
    expect(answers.content.headers.get("content-type")).toBe("application/octet-stream");
    expect(await answers.content.text()).toBe(PAGE);
    for (const answer of Object.values(answers)) if (!answer.bodyUsed) await answer.text();
  });

  it("has these headers also when the service fails", async ({ expect }) => {
    const { fetch } = await createProject();
    const first = await fetch("/files");
    await first.text();
    const prepare = vi.spyOn(env.CATALOG, "prepare").mockImplementation(() => {
      throw new Error("a bug of this test");
    });
    const failed = await fetch("/files");
    prepare.mockRestore();

    expect(failed.status).toBe(500);
    expect(policyOf(failed)).toEqual(STRICT);
    expect(undated([failed])).toEqual([]);
  });
});
