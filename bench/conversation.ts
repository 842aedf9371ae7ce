/**
 * `npm run bench:conversation`: measures the first GET after a conversation object with 10,000 events was evicted. The
 * service is warm; the object starts, opens its database and answers from it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { openAI } from "../scripts/client/connect.ts";
import { BENCH_CONVERSATION } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import {
  EVENTS,
  holdConversation,
  holdOpenResponse,
  holdResponse,
  type Subject,
} from "./conversation/talk.ts";
import { startTalker } from "./conversation/talker.ts";
import { percentiles } from "./latency.ts";

const EVICTIONS = 25;
const RESTARTS = 5;
const AIM_MS = 50;

readCommandLine(BENCH_CONVERSATION, () => null);
await runCommand(bench);

async function bench(): Promise<void> {
  console.log(conditions(["wrangler", "workerd", "openai"], "fresh state, over HTTP"));
  const folder = mkdtempSync(join(tmpdir(), "edgewise-bench-"));
  const talker = await startTalker(EVENTS);
  const start = async () =>
    await startService({
      folder,
      port: await freePort(),
      output: "file",
      wranglerFlags: [
        "bench/conversation/worker/main.ts",
        `--var=LLM_BASE_URL:${talker.url}`,
        "--var=LLM_MODEL:talker",
      ],
    });
  const rows = [["first GET after eviction", "events", "n", "p50", "p95", "max", "aim"]];
  let service = await start();
  try {
    const client = openAI(service.url, service.secrets.apiKey);
    const subjects = [
      await holdConversation(client),
      await holdResponse(client),
      await holdOpenResponse(client),
    ];
    for (const subject of subjects) {
      for (const path of subject.paths) {
        const times: number[] = [];
        for (let n = 0; n < EVICTIONS; n++) times.push(await timeEvicted(service, path));
        rows.push(formatRow(subject, path, times));
      }
    }
    const [subject] = subjects;
    for (const path of subject?.paths.slice(0, 2) ?? []) {
      const times: number[] = [];
      for (let n = 0; n < RESTARTS; n++) {
        await service.stop();
        service = await start();
        await warmUp(service);
        times.push(await timeGet(service, path));
      }
      if (subject) rows.push(formatRow(subject, `${path}, service restarted`, times));
    }
  } finally {
    await service.stop();
    talker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${table(rows)}`);
}

async function timeEvicted(service: Service, path: string): Promise<number> {
  const evicted = await fetch(`${service.url}/bench/evict`, { method: "POST" });
  if ((await evicted.text()) === '{"evicted":0}')
    throw new Error(`Nothing was evicted for ${path}`);
  const time = await timeGet(service, path);
  // Gives the object time to resume its work before the next eviction.
  await wait(path.includes("conversations") ? 0 : 100);
  return time;
}

/** Warms up the isolate: creates, asks and reads another conversation. */
async function warmUp(service: Service): Promise<void> {
  const client = openAI(service.url, service.secrets.apiKey);
  const { id } = await client.conversations.create();
  const request = { model: "extractive-1", input: "Hello?", conversation: id };
  const response = await client.responses.create(request);
  for (let n = 0; n < 5; n++) {
    await timeGet(service, `/responses/${response.id}`);
    await timeGet(service, `/conversations/${id}/items`);
  }
}

async function timeGet(service: Service, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${service.secrets.apiKey}` };
  const startedAt = performance.now();
  const response = await fetch(`${service.url}/v1${path}`, { headers });
  // A stream has answered with its first chunk. The time of the rest depends on the number of events.
  const body = path.endsWith("stream=true")
    ? await readFirstChunk(response)
    : await response.text();
  const time = performance.now() - startedAt;
  if (!response.ok || body === "") throw new Error(`GET ${path}: ${response.status}`);
  return time;
}

async function readFirstChunk(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return first?.value ? new TextDecoder().decode(first.value) : "";
}

function formatRow({ what, events }: Subject, path: string, times: readonly number[]): string[] {
  const { p50, p95 } = percentiles(times);
  const shown = path.replace(/(resp|conv)_\w+/, "{id}");
  const figures = [p50, p95, Math.max(...times)].map((ms) => `${ms.toFixed(1)} ms`);
  return [`${what}: ${shown}`, String(events), String(times.length), ...figures, `< ${AIM_MS} ms`];
}
