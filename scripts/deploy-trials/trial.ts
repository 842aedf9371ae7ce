import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import { operatorEnvironment, type Run, TOKEN } from "../../test/fakes/cloudflare/deploy-to.ts";
import { type FakeCloudflare, startFakeCloudflare } from "../../test/fakes/cloudflare/server.ts";
import { keyValue } from "../../test/fakes/cloudflare/worker.ts";
import { readOrder, runDeployment } from "../deploy/run-deployment.ts";
import type { DeployTools } from "../deploy/tools.ts";
import { DeployError, type RunWrangler, wranglerWith } from "../deploy/wrangler.ts";
import { DEPLOY } from "../local/commands.ts";
import { readFlags, UsageError } from "../local/flags.ts";
import type { Recordings } from "./recordings.ts";
import { SECRET_PREFIX, type Theatre } from "./theatre.ts";

/** A trial of `npm run deploy` against a fake account. `run` throws an error that says what was wrong. */
export type Trial = {
  readonly name: string;
  readonly run: (theatre: Theatre) => Promise<void>;
};

/** A fake account, and the deployments to it. Their outputs are checked for secrets. */
export type Stage = {
  readonly fake: FakeCloudflare;
  readonly account: FakeAccount;
  /** Deploys with the flags, and expects success. */
  readonly deploy: (flags: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Run>;
  /** Deploys with the flags, and expects a failure whose output has all of `words`. */
  readonly refuse: (
    flags: readonly string[],
    words: readonly string[],
    environment?: NodeJS.ProcessEnv,
  ) => Promise<void>;
  /** Deploys with the flags, and expects nothing. */
  readonly attempt: (flags: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<Run>;
};

/** The account of all stages: an id in an output would keep a recording from being used on another stage. */
const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";
/** A Worker of the fake answers at once or not at all. */
const HEALTH_TIMEOUT_MS = 20;

/**
 * Runs `work` on an empty account. Then checks that no output has the token, that each secret and key that was made was
 * shown once, and that no file has one that was shown.
 */
export async function onStage(
  { recordings, home }: Theatre,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const account = new FakeAccount();
  const fake = await startFakeCloudflare(account, ACCOUNT_ID);
  const secretsFolder = mkdtempSync(join(tmpdir(), "edgewise-secrets-"));
  const shown = { output: "", isComplete: false };
  const history: string[] = [];
  let secrets = 0;
  const attempt = async (flags: readonly string[], changes: NodeJS.ProcessEnv = {}) => {
    const environment = { ...operatorEnvironment(fake, home), ...changes };
    const lines: string[] = [];
    const code = await carryOut(flags, fake, {
      run: recordedWrangler(recordings, fake, { environment, changes, history }),
      buildSite: () => Promise.resolve(),
      print: (line) => lines.push(line),
      environment,
      generateSecret: () => `${SECRET_PREFIX}${(secrets += 1)}.`,
      secretsFolder,
      healthTimeoutMs: HEALTH_TIMEOUT_MS,
    });
    const ended = { code, output: lines.join("\n") };
    shown.output += ended.output;
    shown.isComplete = code === 0;
    checkFolder(secretsFolder, ended);
    return ended;
  };
  try {
    await work({ fake, account, attempt, ...expectations(attempt) });
    checkOutput(account, shown);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${message}\nCommands:\n${history.join("\n")}`, { cause: error });
  } finally {
    fake.stop();
    rmSync(secretsFolder, { recursive: true });
  }
}

/** Deploys as the command does; the message of a refusal ends the output. */
async function carryOut(flags: readonly string[], fake: FakeCloudflare, tools: DeployTools) {
  try {
    const { values } = readFlags(DEPLOY, flags);
    const address = fake.workerUrl(values.get("name") ?? "edgewise");
    return await runDeployment(tools, { ...readOrder({ values }), address });
  } catch (error) {
    if (!(error instanceof DeployError || error instanceof UsageError)) throw error;
    tools.print(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** The variables of a run, and those among them that a trial changed. */
type Surroundings = {
  readonly environment: NodeJS.ProcessEnv;
  readonly changes: NodeJS.ProcessEnv;
  /** The commands of the trial and their ends, which are shown when it fails. */
  readonly history: string[];
};

/** Returns a wrangler that runs one command at a time, so that the calls have one order. */
function recordedWrangler(
  recordings: Recordings,
  fake: FakeCloudflare,
  { environment, changes, history }: Surroundings,
): RunWrangler {
  const run = wranglerWith(environment);
  let last: Promise<unknown> = Promise.resolve();
  return (args) => {
    const turn = last.then(async () => {
      const command = JSON.stringify([args.map(withContent), Object.entries(changes)]);
      const before = fake.calls.length;
      const { ended, how } = await recordings.run(fake, command, () => run(args));
      const calls = `calls ${before + 1} to ${fake.calls.length}`;
      history.push(`${how}: ${args.join(" ")}, ${calls}, ended with ${ended.code}`);
      return ended;
    });
    last = turn.catch(() => null);
    return turn;
  };
}

/** Replaces the path in an argument by its file's content, on which the command depends. */
function withContent(arg: string): string {
  const [, flag, path] = /^(--config|--secrets-file)=(.*)$/.exec(arg) ?? [];
  if (path === undefined) return arg;
  return `${flag} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

const expectations = (attempt: Stage["attempt"]): Pick<Stage, "deploy" | "refuse"> => ({
  deploy: async (flags, environment) => {
    const ended = await attempt(flags, environment);
    if (ended.code !== 0) throw new Error(`deploy ${flags.join(" ")} failed:\n${ended.output}`);
    return ended;
  },
  refuse: async (flags, words, environment) => {
    const ended = await attempt(flags, environment);
    const lacks = words.filter((word) => !ended.output.includes(word));
    if (ended.code !== 0 && lacks.length === 0) return;
    throw new Error(
      `deploy ${flags.join(" ")} ended with ${ended.code}, without "${lacks.join('", "')}":\n${ended.output}`,
    );
  },
});

/** Checks that a deployment that ended well keeps no secret, and another one only what nobody has seen. */
function checkFolder(folder: string, { code, output }: Run): void {
  for (const name of readdirSync(folder)) {
    const mode = statSync(join(folder, name)).mode & 0o777;
    if (code !== 0 && name.endsWith(".json") && mode === 0o600) continue;
    throw new Error(`The deployment left ${name} (mode ${mode.toString(8)}):\n${output}`);
  }
}

/** All output of a trial's deployments. `isComplete` is true if the last one ended well. */
type Shown = { readonly output: string; readonly isComplete: boolean };

function checkOutput(account: FakeAccount, { output, isComplete }: Shown): void {
  if (output.includes(TOKEN)) throw new Error("The output has the token.");
  const secrets = [...account.scripts.values()].flatMap((script) => [...script.secrets]);
  const generated = secrets.filter(([, value]) => value.startsWith(SECRET_PREFIX));
  const keys = account
    .listKeys()
    .map((id) => ["a key", `shown only now: ${keyValue(id)}`] as const);
  for (const [name, value] of [...generated, ...keys]) {
    const times = output.split(value).length - 1;
    if (times === 1 || (times === 0 && !isComplete)) continue;
    throw new Error(`The output has ${name} ${times} times:\n${output}`);
  }
}

/** Throws unless both descriptions of an account are equal. */
export function expectSame(found: object, expected: object): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(
    `The account differs.\nFound: ${JSON.stringify(found)}\nExpected: ${JSON.stringify(expected)}`,
  );
}
