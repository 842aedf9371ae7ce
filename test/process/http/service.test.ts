import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { runCalls } from "../../../clients/call.ts";
import { OPENAI_CALLS } from "../../../clients/openai/calls.ts";
import { createWorld, SCRIPTED } from "../../../clients/world.ts";
import { fuzzHttp } from "../../../scripts/http-fuzz/fuzz.ts";
import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { smoke, type SmokeResult } from "../../../scripts/smoke/smoke.ts";
import { startOpenAiServer } from "../../fakes/openai-server.ts";
import { checkTypes, generateClient, loadProgram } from "./generated-client.ts";
import { describeSharedCases } from "./shared-cases.ts";

const HANDBOOK = `# Handbook

## Annual leave

Employees receive 28 days of annual leave each year.

## Travel

Trains are booked in second class.
`;

const Answer = z.object({
  fileId: z.string(),
  text: z.string(),
  citations: z.array(z.unknown()),
});

// One service for all tests, since it takes longer to start than each of them.
let folder: string;
let llm: Awaited<ReturnType<typeof startOpenAiServer>>;
let service: Service;
let overdue: DatabaseSync;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgewise-process-"));
  overdue = storeOverdueAlarms(folder);
  llm = await startOpenAiServer();
  const vars = { LLM_BASE_URL: llm.url, LLM_MODEL: SCRIPTED };
  service = await startService({ folder, port: await freePort(), output: "file", vars });
});
afterAll(async () => {
  await service?.stop();
  llm?.stop();
  overdue?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Stores forty alarms that are overdue, as workerd does, of objects that this service does not have. */
function storeOverdueAlarms(state: string): DatabaseSync {
  const place = join(state, "v3", "do", "edgewise-OtherObject");
  mkdirSync(place, { recursive: true });
  const database = new DatabaseSync(join(place, "metadata.sqlite"));
  database.exec("CREATE TABLE _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER)");
  const add = database.prepare("INSERT INTO _cf_ALARM VALUES (?, ?)");
  for (let number = 0; number < 40; number++) add.run(`a${number}`, 1_000_000n);
  return database;
}

describe("a service that is started on a state with many overdue alarms", () => {
  it("spreads them before it begins, so that it can always be opened", () => {
    const count = "SELECT count(DISTINCT scheduled_time) AS times FROM _cf_ALARM";
    expect(overdue.prepare(count).get()).toEqual({ times: 36 });
  });
});

describe("a client that a generator makes from the API description", () => {
  it("uploads a file, asks about it and reads the answer with its citation", async () => {
    await generateClient(service.url, folder);
    expect(checkTypes(folder)).toBe("");

    const { askHandbook, refusalOf } = await loadProgram(folder);
    const { apiKey } = service.secrets;
    const question = "How many days of annual leave do employees receive?";
    const answer = Answer.parse(await askHandbook(apiKey, HANDBOOK, question));
    const id = "file-01k8v3q7cde4f6g8h0jkmnpqrs";
    const refusal: unknown = await refusalOf(apiKey, id);

    expect(answer.text).toContain("28 days");
    expect(answer.citations).toEqual([
      expect.objectContaining({
        type: "file_citation",
        file_id: answer.fileId,
        filename: "handbook.md",
      }),
    ]);
    expect(refusal).toMatchObject({ status: 404, error: { code: "not_found" } });
  });
});

async function trySmoke(apiKey: string): Promise<SmokeResult[]> {
  const results: SmokeResult[] = [];
  for await (const result of smoke(service.url, apiKey)) results.push(result);
  return results;
}

describe("npm run smoke", () => {
  const parts = ["health", "models", "upload", "index", "answer", "citation", "cancel", "delete"];

  it("tries a deployment, and says which models answer", async () => {
    const results = await trySmoke(service.secrets.apiKey);

    expect(results.map(({ part, fault }) => [part, fault])).toEqual(
      parts.map((part) => [part, null]),
    );
    expect(results[1]?.found).toContain(`${SCRIPTED} (`);
    expect(results[1]?.found).toContain("hash-1 (edgewise) for embeddings");
    expect(results[4]).toMatchObject({ found: expect.stringContaining(SCRIPTED), note: null });
  });

  it("says what is wrong, and ends there", async () => {
    const results = await trySmoke("sk-wrong");

    expect(results.map(({ part }) => part)).toEqual(["health", "models"]);
    expect(results[1]?.fault).toMatch(/401/);
  });
});

/** The short form of `npm run fuzz:http`, with the same requests each time. */
describe("mutated requests to every operation", () => {
  it(
    "are answered in the shape of errors, and never by a failure",
    { timeout: 120_000 },
    async () => {
      const report = await fuzzHttp({ service, seed: "tests", requests: 400, only: "" });

      expect(report.findings).toEqual([]);
      expect(report.operations).toBeGreaterThan(70);
      // A tenth of them get past the checks.
      expect(report.statuses.get("200")).toBeGreaterThan(40);
    },
  );
});

// The short form of `npm run test:clients`.
describe("the package openai", () => {
  it("works in at least 92 % of its calls; the others are refused as documented", async () => {
    const world = await createWorld(`${service.url}/v1`, service.secrets.adminKey);
    const page = new URL("../../../docs/compatibility.md", import.meta.url);
    const outcomes = await runCalls(OPENAI_CALLS, world, readFileSync(page, "utf8"));
    const working = OPENAI_CALLS.filter(({ refused }) => !refused).length;

    const faults = outcomes.filter(({ fault }) => fault !== null);
    expect(faults.map(({ call, fault }) => `${call.name}: ${fault}`)).toEqual([]);
    expect(working / OPENAI_CALLS.length).toBeGreaterThanOrEqual(0.92);
  });
});

describeSharedCases(() => service);
