import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { deployTo, TOKEN } from "../../fakes/cloudflare/deploy-to.ts";
import { type FakeCloudflare, startFakeCloudflare } from "../../fakes/cloudflare/server.ts";

/** Each run starts about ten wrangler commands of a second or two. */
const TIMEOUT_MS = 180_000;
/** The upload of the Worker, before which the databases, the bucket and the queues were created. */
const UPLOAD = 33;

// The short form of `npm run test:deploy`. The embedded edition needs the fewest commands of wrangler.
let fake: FakeCloudflare;
beforeEach(async () => {
  fake = await startFakeCloudflare();
});
afterEach(() => fake.stop());

describe("npm run deploy", () => {
  it(
    "makes an empty account complete after the answer to the upload was lost, and shows each secret once",
    async () => {
      fake.lost = { at: UPLOAD, loses: "answer" };
      const broken = await deployTo(fake, ["--embedded"]);
      fake.lost = null;
      const second = await deployTo(fake, ["--embedded"]);

      expect(fake.calls[UPLOAD - 1]).toBe("PUT /workers/scripts/edgewise");
      expect(broken.code).toBe(1);
      expect(broken.output).toContain("run the command again to go on");
      expect(second).toMatchObject({
        code: 0,
        output: expect.stringMatching(
          /models: extractive-1 to answer; hash-1 to embed[^]*\/docs shows/,
        ),
      });
      const complete = fake.account.describe();
      expect(complete).toMatchObject({
        buckets: ["edgewise-files"],
        queues: [
          { name: "edgewise-generate-batch", consumers: 1 },
          { name: "edgewise-generate-batch-dlq", consumers: 1 },
          { name: "edgewise-generate-default", consumers: 1 },
          { name: "edgewise-generate-default-dlq", consumers: 1 },
          { name: "edgewise-generate-interactive", consumers: 1 },
          { name: "edgewise-generate-interactive-dlq", consumers: 1 },
          { name: "edgewise-ingest", consumers: 1 },
          { name: "edgewise-ingest-dlq", consumers: 1 },
        ],
        scripts: [{ name: "edgewise", secrets: ["ADMIN_KEY", "SECRETS_KEY"] }],
      });
      expect(complete.databases.map(({ name, tables }) => [name, tables.length > 3])).toEqual([
        ["edgewise-catalog", true],
        ["edgewise-corpus-0", true],
        ["edgewise-corpus-1", true],
        ["edgewise-data", false],
      ]);
      const secrets = [...fake.account.scripts.values()].flatMap((script) => [
        ...script.secrets.values(),
      ]);
      const output = broken.output + second.output;
      expect(output).not.toContain(TOKEN);
      expect(secrets.map((secret) => output.split(secret).length - 1)).toEqual([1, 1]);
    },
    TIMEOUT_MS,
  );
});
