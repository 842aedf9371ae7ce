import { once } from "node:events";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import {
  operatorEnvironment,
  type Running,
  startDeploying,
  TOKEN,
} from "../../test/fakes/cloudflare/deploy-to.ts";
import {
  type FakeCloudflare,
  startFakeCloudflare,
  untilStalled,
} from "../../test/fakes/cloudflare/server.ts";
import { SECRETS_FOLDER } from "../deploy/secrets.ts";
import type { Theatre } from "./theatre.ts";
import { expectSame, type Trial } from "./trial.ts";

const NAME = "interrupted";
const FLAGS = ["--embedded", `--name=${NAME}`];
const UPLOAD = new RegExp(`^PUT /workers/scripts/${NAME}$`);
const QUERY = /^POST \/d1\/database\/[^/]+\/query$/;

/** The trial of a deployment in a process of its own that is killed, interrupted, and at last completed. */
export const killedTrial: Trial = {
  name: "a process that is killed or interrupted leaves no secrets file, and the next one completes the account",
  run: async ({ home }: Theatre) => {
    const fake = await startFakeCloudflare();
    const start = () => startDeploying(fake, FLAGS, operatorEnvironment(fake, home));
    try {
      const killed = start();
      await untilStalled(fake, UPLOAD);
      expectSame(
        secretsFiles().map(({ mode }) => mode),
        ["600"],
      );
      killed.killAll();
      await killed.ended;
      // A killed process could not remove its file. The next one does.
      expectSame(
        secretsFiles().map(({ mode }) => mode),
        ["600"],
      );

      await interrupt(fake, start(), { at: UPLOAD, signal: "SIGTERM", code: 143 });
      await interrupt(fake, start(), { at: QUERY, signal: "SIGINT", code: 130 });
      fake.stall = null;
      const { code, output } = await start().ended;
      if (code !== 0) throw new Error(`The last run ended with ${code}:\n${output}`);
      expectSame(leftFiles(), []);
      expectSame(
        fake.account.describe().scripts.map(({ name, secrets }) => [name, secrets]),
        [[NAME, ["ADMIN_KEY", "SECRETS_KEY"]]],
      );
      const secrets = [...(fake.account.scripts.get(NAME)?.secrets.values() ?? [])];
      expectSame(
        secrets.map((secret) => output.split(secret).length - 1),
        [1, 1],
      );
    } finally {
      fake.stop();
      rmSync(join(SECRETS_FOLDER, `${fake.accountId}.${NAME}.json`), { force: true });
    }
  },
};

/** An interruption at a call, and the exit code that it leads to. */
type Interruption = {
  readonly at: RegExp;
  readonly signal: NodeJS.Signals;
  readonly code: number;
};

/** Interrupts a run at a call, and checks its end, its message, and that it left nothing behind. */
async function interrupt(
  fake: FakeCloudflare,
  running: Running,
  { at, signal, code }: Interruption,
): Promise<void> {
  const request = await untilStalled(fake, at);
  const isGone = once(request.socket, "close");
  running.signal(signal);
  const ended = await running.ended;
  await isGone;
  if (ended.code !== code || !ended.output.includes("run the command again to go on")) {
    throw new Error(`A run with ${signal} ended with ${ended.code}:\n${ended.output}`);
  }
  if (ended.output.includes(TOKEN)) throw new Error("The output has the token.");
  expectSame(leftFiles(), []);
}

/** Lists the files that hand secrets to wrangler, with their modes. */
const secretsFiles = () =>
  readdirSync(SECRETS_FOLDER)
    .filter((name) => name.startsWith("secrets-"))
    .map((name) => ({
      name,
      mode: (statSync(join(SECRETS_FOLDER, name, "secrets.json")).mode & 0o777).toString(8),
    }));

/** Lists what a deployment must remove at its end. */
const leftFiles = () => [
  ...secretsFiles().map(({ name }) => name),
  ...readdirSync(".").filter((name) => name.startsWith(`wrangler.${NAME}.`)),
];
