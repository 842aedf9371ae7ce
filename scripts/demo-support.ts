/**
 * `npm run demo:support`: a customer service on the built-in workflow, against a small real shop. Two questions are
 * answered at once; one waits for a person, who approves it; one is rejected, and the note that was written at the
 * order is deleted again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { OpenAI } from "openai";

import { openAI } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import {
  outputStyle,
  outputWidth,
  readCommandLine,
  showNextSteps,
  startTask,
} from "./local/command-line.ts";
import { DEMO_SUPPORT } from "./local/commands.ts";
import { prepareDatabases, withDatabases } from "./local/databases.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { ensureSecrets } from "./local/state-folder.ts";
import { decideCase, openCase, readPrepared, type Run } from "./support/case.ts";
import { ADD_CUSTOMER, CUSTOMERS, ORDERS, POLICIES } from "./support/policies.ts";
import { type ShopServer, startShop } from "./support/shop-server.ts";
import { eachWord, wrap } from "./terminal/wrap.ts";

const DEMO_MS_MAX = 60_000;

const NEXT_STEPS = [
  ["npm run demo", "asks this project's own documentation"],
  ["npm run dev", "runs the service for you: a URL, a key, code to copy"],
  [
    "less docs/customer-service.md",
    "puts this customer service on your own table, API and policies",
  ],
] as const;

const { bold, dim, cyan, green, red, yellow } = outputStyle;

readCommandLine(DEMO_SUPPORT, () => null);

/** Called last to first, however the demo ends. */
const cleanUp: (() => unknown)[] = [];
let ending = false;

const overtime = setTimeout(() => {
  void end(new Error(`The demo did not end within ${DEMO_MS_MAX / 1_000} s.`));
}, DEMO_MS_MAX);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void end(new Error(`Stopped by ${signal}.`)));
}
await demonstrate().then(
  () => end(null),
  (error: unknown) => end(error instanceof Error ? error : new Error(String(error))),
);

async function demonstrate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-support-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const starting = startTask("Starting the service and a small shop");
  cleanUp.push(() => starting.stop());
  const server = await startShop(ORDERS);
  cleanUp.push(server.close);
  await prepareDatabases(folder, ensureSecrets(folder));
  await withDatabases(folder, async (databases) => {
    const data = databases.find(({ binding }) => binding === "DATA")?.database;
    await data?.batch([data.prepare(CUSTOMERS), data.prepare(ADD_CUSTOMER)]);
  });
  const service = await startService({ folder, port: await freePort(), output: "file" });
  cleanUp.push(service.stop);
  const { adminKey, apiKey, projectId } = service.secrets;
  await grant(`${service.url}/v1/organization/projects/${projectId}/grants`, adminKey, server.host);
  starting.done("The service and the shop are running");
  const client = openAI(service.url, apiKey);
  const storeId = await indexPolicies(client);
  await serve({ client, server, storeId });
  console.log(showNextSteps(NEXT_STEPS));
}

async function indexPolicies(client: OpenAI): Promise<string> {
  const indexing = startTask(`Indexing ${POLICIES.length} policies of the shop`);
  cleanUp.push(() => indexing.stop());
  const { storeId } = await fillStore(client, POLICIES, {
    storeName: "policies",
    clients: 3,
    onProgress: ({ indexed, total }) => indexing.update(`Indexing ${indexed} of ${total} policies`),
  });
  indexing.done(`${POLICIES.length} policies of the shop are indexed`);
  return storeId;
}

async function end(failure: Error | null): Promise<void> {
  if (ending) return;
  ending = true;
  clearTimeout(overtime);
  for (const undo of cleanUp.toReversed()) await undo();
  if (failure !== null) console.error(red(failure.message));
  process.exit(failure === null ? 0 : 1);
}

/** Grants the project, as an operator, the shop's address, which is not public, and the table of customers. */
async function grant(url: string, adminKey: string, host: string): Promise<void> {
  const response = await fetch(url, {
    method: "PUT",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ http_hosts: [host], sql_tables: ["data.customers"] }),
  });
  if (!response.ok) throw new Error(`The grants were refused: ${await response.text()}`);
}

/** The customer service that the cases below are sent to. */
type Desk = { readonly client: OpenAI; readonly server: ShopServer; readonly storeId: string };

async function serve(desk: Desk): Promise<void> {
  explain("workflow", "a graph of steps: what is looked up, decided and done, and in which order.");
  explain(
    "run",
    "one execution of a workflow, here a case. It is stored after each step, so a crash loses nothing.",
  );
  console.log();
  say("Every question below starts a run of the workflow customer_service.");

  const days = "Within how many days of delivery can I return an item?";
  showEnd(await ask(desk, days, "A-1001"), "answered");
  showEnd(await ask(desk, "Is my office chair late?", "A-1002"), "answered");
  await approveCase(desk);
  await rejectCase(desk);
}

async function ask(desk: Desk, question: string, order: string): Promise<Run> {
  const asked = eachWord(`Ada asks: ${question}`, bold);
  console.log(`\n${wrap(`${cyan("?")} ${asked}`, { width: outputWidth(), rest: "  " })}\n`);
  const running = process.stdout.isTTY ? startTask("The case is running") : null;
  return await openCase(desk.client, {
    question,
    email: "ada@example.com",
    order_id: order,
    orders_url: desk.server.url,
    vector_store_ids: [desk.storeId],
  }).finally(() => running?.stop());
}

async function approveCase(desk: Desk): Promise<void> {
  const question = "What may a customer get when a delivery is more than 14 days late?";
  const late = await ask(desk, question, "A-1002");
  showWait(late);
  showNotes(desk, "A-1002");
  explain(
    "signal",
    "a message to a run that waits for it. Here it is a decision: who decides, why, and what was seen.",
  );
  const approval = {
    payload: {
      approved: true,
      text: "Your chair is three weeks late, so you get a voucher of 150 euros. We are sorry.",
    },
    reason: "The chair is three weeks late",
  };
  showDecision("approves", approval.reason);
  showEnd(await decideCase(desk.client, late, approval), "approved");
}

async function rejectCase(desk: Desk): Promise<void> {
  const garden = await ask(desk, "Do you sell garden furniture?", "A-1001");
  showWait(garden);
  showNotes(desk, "A-1001");
  const rejection = {
    payload: { approved: false },
    reason: "Sales answers questions about what we sell",
  };
  showDecision("rejects", rejection.reason);
  showEnd(await decideCase(desk.client, garden, rejection), "failed");
  explain(
    "undo",
    "what a step declares about its own effect outside. A run that fails deletes its note in the shop.",
  );
  console.log();
  showNotes(desk, "A-1001");
}

function showNotes({ server: { shop } }: Desk, order: string): void {
  const notes = shop.listNotes(order).map(({ text }) => `“${text}”`);
  say(`Notes at order ${order} in the shop: ${notes.join(", ") || "none"}`, dim);
}

/** Prints text below a question. */
function say(text: string, paint: (word: string) => string = String): void {
  for (const paragraph of text.split(/\n+/)) {
    console.log(wrap(eachWord(paragraph, paint), { width: outputWidth(), first: "  " }));
  }
}

/** Explains a word where it first appears. */
function explain(word: string, meaning: string): void {
  const text = `${bold(word)}: ${eachWord(meaning, dim)}`;
  console.log(`\n${wrap(text, { width: outputWidth(), first: "  │ " })}`);
}

function showWait(run: Run): void {
  if (run.waiting_for[0]?.signal !== "approval") {
    throw new Error(`The case does not wait for approval: ${describeRun(run)}`);
  }
  const { text, why } = readPrepared(run);
  say("The run waits for a person.", yellow);
  say(`Why: ${why}`);
  say("Prepared answer:");
  for (const paragraph of text.split(/\n+/)) {
    console.log(wrap(paragraph, { width: outputWidth(), first: "    " }));
  }
}

function showDecision(verb: string, reason: string): void {
  console.log();
  say(`Grace of the customer service ${verb} it by a signal. Her reason: ${reason}.`, bold);
  console.log();
}

/** Prints how a run ended; an end other than the one that the demo is about is a defect. */
function showEnd(run: Run, expected: string): void {
  const { status, output, error } = run;
  const outcome = output?.status ?? status;
  if (outcome !== expected) {
    throw new Error(`The case was not ${expected}: ${describeRun(run)}`);
  }
  say(output?.text ?? error?.message ?? "");
  const paint = outcome === "failed" ? red : green;
  console.log(`  ${paint(`The run ended: ${outcome}.`)}`);
}

function describeRun({ id, status, error }: Run): string {
  return `${id} is ${status}, ${error?.message ?? "no error"}`;
}
