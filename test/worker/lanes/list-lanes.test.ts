import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { createProject } from "../project.ts";

const NAMES = ["interactive", "default", "batch", "ingest"];

describe("GET /v1/lanes", () => {
  it("shows the load of each lane, and the load at which it is full", async ({ expect }) => {
    const { fetch } = await createProject();
    const response = await fetch("/lanes");
    expect(response.status).toBe(200);
    const { data }: { data: { name: string }[] } = await response.json();
    expect(data.map(({ name }) => name)).toEqual(NAMES);
    for (const lane of data) {
      expect(lane).toMatchObject({
        object: "lane",
        jobs: expect.any(Number),
        jobs_max: expect.any(Number),
        oldest_age_seconds: 0,
      });
    }
    expect(data[0]).toMatchObject({ oldest_age_max_seconds: 60, done_per_second: 0 });
    expect(data[3]).toMatchObject({ oldest_age_max_seconds: 3_600, done_per_second: null });
  });

  it("says that a load is not known, and still answers", async ({ expect }) => {
    const { fetch } = await createProject();
    const queue: typeof env.INGEST = Object.getPrototypeOf(env.INGEST);
    const away = vi.spyOn(queue, "metrics").mockRejectedValue(new Error("away"));
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const response = await fetch("/lanes");
    away.mockRestore();
    expect(await response.json()).toMatchObject({
      data: [{ jobs: 0 }, { jobs: 0 }, { jobs: 0 }, { jobs: null, oldest_age_seconds: null }],
    });
    vi.restoreAllMocks();
  });
});
