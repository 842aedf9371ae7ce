import { beforeAll, describe, it } from "vitest";

import { HOSTILE_FILES } from "../../rules/ingest/hostile-files.ts";
import { createIngestion } from "./ingestion.ts";

describe("a hostile file", () => {
  let ingestion: Awaited<ReturnType<typeof createIngestion>>;
  beforeAll(async () => {
    ingestion = await createIngestion();
  });

  it.for(HOSTILE_FILES)(
    "ends with its reason, or with its text: %s",
    { timeout: 60_000 },
    async ([name, make, reason], { expect }) => {
      const ending = await ingestion.ingest(name, make(), reason ? "small" : "large");
      expect(ending).toEqual({
        status: reason ? "failed" : "completed",
        message: reason ? expect.stringMatching(reason) : "",
      });
    },
  );
});
