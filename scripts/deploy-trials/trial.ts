import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import { deployTo, type Run, TOKEN } from "../../test/fakes/cloudflare/deploy-to.ts";
import { type FakeCloudflare, startFakeCloudflare } from "../../test/fakes/cloudflare/server.ts";
import { SECRETS_FOLDER } from "../deploy/secrets.ts";

/** A trial of `npm run deploy` against a fake account. `run` throws an error that says what was wrong. */
export type Trial = {
  readonly name: string;
  readonly run: () => Promise<void>;
};

/** A fake account, and the deployments to it. Their outputs are checked for secrets. */
export type Stage = {
  readonly fake: FakeCloudflare;
  readonly account: FakeAccount;
  /** Deploys with the flags, and expects success, or a failure whose output has all of `words`. */
  readonly deploy: (flags: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Run>;
  readonly refuse: (
    flags: readonly string[],
    words: readonly string[],
    environment?: NodeJS.ProcessEnv,
  ) => Promise<void>;
};

/** Runs `work` on an empty account, and then checks that no output showed a secret twice, or the token. */
export async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const account = new FakeAccount();
  const fake = await startFakeCloudflare(account);
  let output = "";
  const run = async (flags: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    const ended = await deployTo(fake, flags, environment);
    output += ended.output;
    return ended;
  };
  try {
    await work({
      fake,
      account,
      deploy: async (flags, environment) => {
        const ended = await run(flags, environment);
        if (ended.code !== 0) throw new Error(`deploy ${flags.join(" ")} failed:\n${ended.output}`);
        return ended;
      },
      refuse: async (flags, words, environment) => {
        const ended = await run(flags, environment);
        const lacks = words.filter((word) => !ended.output.includes(word));
        if (ended.code === 1 && lacks.length === 0) return;
        throw new Error(
          `deploy ${flags.join(" ")} ended with ${ended.code}, without "${lacks.join('", "')}":\n${ended.output}`,
        );
      },
    });
    checkSecrets(account, output);
  } finally {
    fake.stop();
    forgetKept(fake.accountId);
  }
}

/** Removes the secrets that a deployment kept since it broke off. */
function forgetKept(accountId: string): void {
  if (!existsSync(SECRETS_FOLDER)) return;
  const files = readdirSync(SECRETS_FOLDER).filter((file) => file.startsWith(accountId));
  for (const file of files) rmSync(join(SECRETS_FOLDER, file));
}

function checkSecrets(account: FakeAccount, output: string): void {
  if (output.includes(TOKEN)) throw new Error("The output has the token.");
  for (const { name, secrets } of account.scripts.values()) {
    for (const [secret, value] of secrets) {
      const times = output.split(value).length - 1;
      if (times > 1) throw new Error(`The output has ${secret} of ${name} ${times} times.`);
    }
  }
}

/** Throws unless both descriptions of an account are equal. */
export function expectSame(found: object, expected: object): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(
    `The account differs.\nFound: ${JSON.stringify(found)}\nExpected: ${JSON.stringify(expected)}`,
  );
}
