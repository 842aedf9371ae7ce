import { readFileSync } from "node:fs";

import { type Call, runCalls } from "./call.ts";
import { AGENT_CALLS } from "./frameworks/agents.ts";
import { AI_SDK_CALLS } from "./frameworks/ai-sdk.ts";
import { LANGCHAIN_CALLS } from "./frameworks/langchain.ts";
import { LLAMAINDEX_CALLS } from "./frameworks/llamaindex.ts";
import { OPENAI_CALLS } from "./openai/calls.ts";
import { pythonCalls } from "./python/calls.ts";
import { createWorld } from "./world.ts";

/**
 * Runs every call of every client against the service that EDGEWISE_URL names, with the key EDGEWISE_ADMIN_KEY.
 * EDGEWISE_PYTHON names the interpreter that has `openai`; without it, the calls for Python are skipped. EDGEWISE_ONLY
 * is a part of the names of the clients that are run.
 */
const only = process.env["EDGEWISE_ONLY"] ?? "";
const python = process.env["EDGEWISE_PYTHON"];
const CLIENTS: Readonly<Record<string, readonly Call[]>> = {
  openai: OPENAI_CALLS,
  "AI SDK": AI_SDK_CALLS,
  LangChain: LANGCHAIN_CALLS,
  LlamaIndex: LLAMAINDEX_CALLS,
  "@openai/agents": AGENT_CALLS,
  ...(python && { "openai for Python": pythonCalls(python) }),
};

const page = new URL("../docs/compatibility.md", import.meta.url);
const compatibility = readFileSync(page, "utf8");
const world = await createWorld(
  `${process.env["EDGEWISE_URL"]}/v1`,
  process.env["EDGEWISE_ADMIN_KEY"] ?? "",
);
let failed = 0;
let passed = 0;
for (const [client, calls] of Object.entries(CLIENTS)) {
  if (!client.includes(only)) continue;
  const outcomes = await runCalls(calls, world, compatibility);
  const faults = outcomes.filter(({ fault }) => fault !== null);
  failed += faults.length;
  passed += outcomes.length - faults.length;
  const working = calls.filter(({ refused }) => !refused).length;
  console.log(`\n## ${client}: ${working} of ${calls.length} calls are to work\n`);
  for (const { call, fault, ms } of outcomes) {
    const expected = call.refused ? `refused with ${call.refused.status}` : "works";
    const outcome = fault === null ? expected : `FAILED (${expected}): ${fault}`;
    console.log(`${call.name.padEnd(76)} ${ms.toFixed(0).padStart(6)} ms  ${outcome}`);
  }
}
if (!python) console.log("\nopenai for Python is not installed: skipped.");
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
