/** `npm run dev`: the whole service on this machine, with a project and a key to use it with. */
import { readFileSync } from "node:fs";

import { readServiceFlags } from "./local/flags.ts";
import { PORT_DEFAULT, startService, type Service } from "./local/service.ts";
import { stateFolder } from "./local/state-folder.ts";

const startedAt = performance.now();
/** npm may be killed without a word to us; then nobody is left who could end the service. */
const PARENT_CHECK_MS = 200;

const ancestors = parents();

let ending = false;

try {
  const flags = readServiceFlags(process.argv.slice(2));
  process.on("SIGINT", stopEarly).on("SIGTERM", stopEarly).on("SIGHUP", stopEarly);
  const service = await startService({
    folder: stateFolder(flags.persistTo),
    port: flags.port ?? PORT_DEFAULT,
    ...(flags.ip === null ? {} : { ip: flags.ip }),
    wranglerFlags: flags.passedOn,
    output: "terminal",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.off(signal, stopEarly);
    process.on(signal, () => void end(service));
  }
  endWithNpm(service);
  console.log(welcome(service));
  const code = await service.ended;
  process.exitCode = ending ? 0 : code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

/** Before the service is ready: the guard of its process group sees us go and ends it. */
function stopEarly(): void {
  process.exit(130);
}

async function end(service: Service): Promise<void> {
  ending = true;
  await service.stop();
}

function endWithNpm(service: Service): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const check = setInterval(() => {
    if (parents() !== ancestors) void end(service);
  }, PARENT_CHECK_MS);
  check.unref();
}

/** Our parent and, where /proc tells it, the parent's: npm starts scripts through a shell. */
function parents(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // After the name in brackets: the state, then the parent's id.
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return String(process.ppid);
  }
}

function welcome({ url, secrets }: Service): string {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return `
Edgewise is ready at ${url} after ${seconds} s.

  API key    ${secrets.apiKey}
  Admin key  ${secrets.adminKey}

Try it with curl:

  curl ${url}/v1/vector_stores \\
    -H "Authorization: Bearer ${secrets.apiKey}" \\
    -H "Content-Type: application/json" -d '{"name": "handbook"}'

or with the OpenAI client (npm install openai):

  import OpenAI from "openai";

  const client = new OpenAI({
    baseURL: "${url}/v1",
    apiKey: "${secrets.apiKey}",
  });
  const store = await client.vectorStores.create({ name: "handbook" });
  console.log(store.id);

Stop it with Ctrl-C; what is stored stays for the next start.
`;
}
