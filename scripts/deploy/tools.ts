import { buildSite } from "../site/build-site.ts";
import { generateSecret, SECRETS_FOLDER } from "./secrets.ts";
import { type RunWrangler, wranglerWith } from "./wrangler.ts";

/** The surroundings of a deployment; trials have their own. */
export type DeployTools = {
  readonly run: RunWrangler;
  /** Builds the static files that are uploaded with the Worker. */
  readonly buildSite: () => Promise<void>;
  /** Shows a line to the operator. */
  readonly print: (line: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  readonly generateSecret: () => string;
  /** Folder of secrets that nobody has seen yet, and of the files that hand secrets to wrangler. */
  readonly secretsFolder: string;
  /** Longest time until the service answers, in milliseconds. */
  readonly healthTimeoutMs: number;
};

const HEALTH_TIMEOUT_MS = 120_000;

/** The tools of this process. */
export const OWN_TOOLS: DeployTools = {
  run: wranglerWith(process.env),
  buildSite,
  print: (line) => console.log(line),
  environment: process.env,
  generateSecret,
  secretsFolder: SECRETS_FOLDER,
  healthTimeoutMs: HEALTH_TIMEOUT_MS,
};

/** Shows a step and its outcome, such as "created". */
export const report = ({ print }: Pick<DeployTools, "print">, step: string, outcome: string) =>
  print(`${step}: ${outcome}`);

/** Awaits all work, and then throws the first failure: nothing of it goes on after the message. */
export async function allDone<Outcome>(work: readonly Promise<Outcome>[]): Promise<Outcome[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
