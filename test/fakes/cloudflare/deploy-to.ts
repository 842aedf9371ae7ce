import { spawn } from "node:child_process";
import { once } from "node:events";

import type { FakeCloudflare } from "./server.ts";

/** The token of the operator. No output may have it. */
export const TOKEN = "token-of-the-operator-0123456789";

/** An ended run of `npm run deploy`. */
export type Run = { readonly code: number | null; readonly output: string };

/** Runs `npm run deploy` against a fake account. `environment` adds variables, or removes those that are undefined. */
export async function deployTo(
  { apiUrl, accountId, workerUrl }: FakeCloudflare,
  flags: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const name = flags.find((flag) => flag.startsWith("--name="))?.slice("--name=".length);
  const url = workerUrl(name ?? "edgewise");
  const child = spawn(process.execPath, ["scripts/deploy.ts", `--url=${url}`, ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CLOUDFLARE_API_BASE_URL: apiUrl,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: accountId,
      ...environment,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}
