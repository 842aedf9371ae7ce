import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { operatorEnvironment } from "../../fakes/cloudflare/deploy-to.ts";
import {
  type FakeCloudflare,
  startFakeCloudflare,
  untilStalled,
} from "../../fakes/cloudflare/server.ts";

let fake: FakeCloudflare;
let folder: string;
beforeEach(async () => {
  fake = await startFakeCloudflare();
  folder = mkdtempSync(join(tmpdir(), "edgewise-interruption-"));
});
afterEach(() => {
  fake.stop();
  rmSync(folder, { recursive: true });
});

describe("an interrupted deployment", () => {
  // `npm run test:deploy` also sends SIGTERM and SIGKILL, to a whole deployment.
  it("removes its secrets file, those of killed ones, and its wrangler at Ctrl-C", async () => {
    const stalled = untilStalled(fake, /./);
    // No process has an id above the highest one that Linux and macOS give.
    mkdirSync(join(folder, "secrets-99999999-killed"));
    const child = spawn(process.execPath, ["test/process/deploy/hold-secrets.ts", folder], {
      stdio: "ignore",
      env: operatorEnvironment(fake, folder),
    });
    const ended = once(child, "close");
    const { socket } = await stalled;
    const closed = once(socket, "close");
    const secrets = readdirSync(folder).filter((name) => name.startsWith("secrets-"));
    const mode = statSync(join(folder, secrets[0] ?? "", "secrets.json")).mode;
    child.kill("SIGINT");

    expect(await ended).toEqual([130, null]);
    await closed;
    expect(secrets).toEqual([expect.stringContaining(`secrets-${child.pid}-`)]);
    expect((mode & 0o777).toString(8)).toBe("600");
    expect(readdirSync(folder).filter((name) => name.startsWith("secrets-"))).toEqual([]);
  });
});
