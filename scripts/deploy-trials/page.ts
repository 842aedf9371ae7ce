import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { operatorEnvironment, readRun, TOKEN } from "../../test/fakes/cloudflare/deploy-to.ts";
import { type FakeCloudflare, startFakeCloudflare } from "../../test/fakes/cloudflare/server.ts";
import type { Description, Reference } from "./sweep.ts";
import { SECRET_PREFIX } from "./theatre.ts";
import { expectSame, type Trial } from "./trial.ts";

/** A command that a page shows, below a heading. */
export type PageCommand = { readonly heading: string; readonly command: string };

/** Reads the commands that stand in the blocks of code of a page, without their comments. */
export function readPageCommands(markdown: string): PageCommand[] {
  const commands: PageCommand[] = [];
  let heading = "";
  let isCode = false;
  for (const line of markdown.split("\n")) {
    const title = /^#+ (.*)$/.exec(line)?.[1];
    if (line.startsWith("```")) isCode = !isCode;
    else if (isCode) {
      const command = line.replace(/(?:^|\s)#.*$/, "").trim();
      if (command !== "") commands.push({ heading, command });
    } else if (title !== undefined) heading = title;
  }
  return commands;
}

const PAGE = "docs/deploy.md";
const SECRETS_FILE = ".edgewise/secrets.json";
const HEADINGS = { make: "By hand", rollBack: "Roll back", remove: "Remove everything" } as const;

/** The headings below which every command is run by the trial of the page. */
export const TRIED_HEADINGS: readonly string[] = Object.values(HEADINGS);

/** The trial that runs the commands of docs/deploy.md as they stand there, on an account that is empty before and after. */
export const pageTrial = ({ complete }: Reference): Trial => ({
  name: `the commands of ${PAGE} deploy by hand, roll back, and remove everything`,
  run: async ({ home }) => {
    writeTrialSecrets(SECRETS_FILE);
    const fake = await startFakeCloudflare();
    const { account } = fake;
    const empty = account.describe();
    const run = async (commands: readonly string[]) => {
      for (const command of commands) await runInShell(command, fake, home);
    };
    try {
      const make = commandsBelow(HEADINGS.make);
      await run(make);
      expectSame(withoutProjects(account.describe()), withoutProjects(complete));
      await run(make.filter((command) => command.includes("wrangler deploy")));
      await run(commandsBelow(HEADINGS.rollBack));
      expectSame(account.scripts.get("edgewise")?.deployments ?? [], [1, 2, 1]);
      const bucket = account.buckets.get("edgewise-files");
      if (bucket) bucket.objects = 3;
      await run(commandsBelow(HEADINGS.remove));
      expectSame(account.describe(), empty);
    } finally {
      fake.stop();
      rmSync(SECRETS_FILE, { force: true });
    }
  },
});

function commandsBelow(heading: string): string[] {
  const all = readPageCommands(readFileSync(PAGE, "utf8"));
  const below = all.filter((one) => one.heading === heading).map(({ command }) => command);
  if (below.length === 0) throw new Error(`${PAGE} has no commands below "${heading}".`);
  return below;
}

/**
 * Writes the file of secrets that the page asks for. Throws if an operator has one there, who may have followed the page
 * and has these secrets nowhere else. One that a killed trial left is replaced.
 */
export function writeTrialSecrets(path: string): void {
  if (existsSync(path) && !readFileSync(path, "utf8").includes(SECRET_PREFIX)) {
    throw new Error(`The trial would overwrite your secrets in ${path}. Move the file elsewhere.`);
  }
  mkdirSync(dirname(path), { recursive: true });
  const secrets = { ADMIN_KEY: `${SECRET_PREFIX}1.`, SECRETS_KEY: `${SECRET_PREFIX}2.` };
  writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
}

/** Leaves out the rows of projects and keys, which the commands of the page do not make. */
const withoutProjects = (description: Description): Description => ({
  ...description,
  databases: description.databases.map(({ name, tables }) => ({
    name,
    tables: tables.map(([table, rows]) => [
      table,
      table === "project" || table === "api_key" ? null : rows,
    ]),
  })),
});

/** Runs a command of the page as it stands there. Throws an error with its output if it fails or shows a secret. */
async function runInShell(command: string, fake: FakeCloudflare, home: string): Promise<void> {
  const { CI: _ci, ...environment } = operatorEnvironment(fake, home);
  const child = spawn("bash", ["-c", command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
  });
  const { code, output } = await readRun(child);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`);
  if (output.includes(TOKEN) || output.includes(SECRET_PREFIX)) {
    throw new Error(`The output of ${command} has a secret.`);
  }
}
