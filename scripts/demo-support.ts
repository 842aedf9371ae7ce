/**
 * `npm run demo:support`: a customer service on the built-in workflow, against a small real shop. Two questions are answered at
 * once; one waits for a person, who approves it; one is rejected, and the note that was written at the order is taken back.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { OpenAI } from "openai";

import { openAI } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import { prepareDatabases, withDatabases } from "./local/databases.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { ensureSecrets } from "./local/state-folder.ts";
import { decideCase, openCase, preparedOf, type Run } from "./support/case.ts";
import { ADD_CUSTOMER, CUSTOMERS, ORDERS, POLICIES } from "./support/policies.ts";
import { type ShopServer, startShop } from "./support/shop-server.ts";

const DEMO_MS_MAX = 60_000;

const plain = !process.stdout.isTTY || process.env["NO_COLOR"] !== undefined;
const style = (code: number) => (text: string) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
const [bold, dim, cyan] = [style(1), style(2), style(36)];

/** Undone in turn, the last first, however the demo ends. */
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
  (error: unknown) => end(error),
);

async function demonstrate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edgewise-support-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
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
  await serve(openAI(service.url, apiKey), server);
}

async function end(failure: unknown): Promise<void> {
  if (ending) return;
  ending = true;
  clearTimeout(overtime);
  if (failure !== null) console.error(failure instanceof Error ? failure.message : failure);
  for (const undo of cleanUp.toReversed()) await undo();
  process.exit(failure === null ? 0 : 1);
}

/** What the operator allows: the shop's address, which is not public, and the table of customers. */
async function grant(url: string, adminKey: string, host: string): Promise<void> {
  const response = await fetch(url, {
    method: "PUT",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ http_hosts: [host], sql_tables: ["data.customers"] }),
  });
  if (!response.ok) throw new Error(`The grants were refused: ${await response.text()}`);
}

async function serve(client: OpenAI, { url, shop }: ShopServer): Promise<void> {
  const { storeId } = await fillStore(client, POLICIES, {
    storeName: "policies",
    clients: 3,
    onProgress: () => {},
  });
  const ask = async (question: string, order: string) => {
    console.log(`\n${bold(cyan("?"))} ${bold(question)}\n`);
    return await openCase(client, {
      question,
      email: "ada@example.com",
      order_id: order,
      orders_url: url,
      vector_store_ids: [storeId],
    });
  };
  const showNotes = (order: string) => {
    const notes = shop.notesOf(order).map(({ text }) => `“${text}”`);
    console.log(dim(`  Notes at order ${order}: ${notes.join(", ") || "none"}`));
  };

  const days = await ask("Within how many days of delivery can I return an item?", "A-1001");
  showEnd(days, "answered");
  showEnd(await ask("Is my office chair late?", "A-1002"), "answered");

  const late = await ask(
    "What may a customer get when a delivery is more than 14 days late?",
    "A-1002",
  );
  showWait(late);
  showNotes("A-1002");
  const approval = {
    payload: {
      approved: true,
      text: "Your chair is three weeks late, so you get a voucher of 150 euros. We are sorry.",
    },
    reason: "The chair is three weeks late",
  };
  showDecision("approves", approval.reason);
  showEnd(await decideCase(client, late, approval), "approved");

  const garden = await ask("Do you sell garden furniture?", "A-1001");
  showWait(garden);
  showNotes("A-1001");
  const rejection = {
    payload: { approved: false },
    reason: "Sales answers questions about what we sell",
  };
  showDecision("rejects", rejection.reason);
  showEnd(await decideCase(client, garden, rejection), "failed");
  showNotes("A-1001");
}

function showWait(run: Run): void {
  if (run.waiting_for[0]?.signal !== "approval") throw new Error(`It does not wait: ${told(run)}`);
  const { text, why } = preparedOf(run);
  console.log(dim(`  The run waits for a person. ${why}\n  Prepared, after repair:`));
  console.log(text.replaceAll(/^(?=.)/gm, "    "));
}

function showDecision(verb: string, reason: string): void {
  console.log(`\n  ${bold("Grace")} ${verb}: ${reason}\n`);
}

/** Prints how a run ended; another end than the demo is to show is a defect. */
function showEnd(run: Run, expected: string): void {
  const { status, output, error } = run;
  const outcome = output?.status ?? status;
  if (outcome !== expected) throw new Error(`The case was not ${expected}: ${told(run)}`);
  const text = output?.text ?? error?.message ?? "";
  console.log(`${text.replaceAll(/^(?=.)/gm, "  ")}\n${dim(`  (${outcome})`)}`);
}

const told = ({ id, status, error }: Run) => `${id} is ${status}, ${error?.message ?? "no error"}`;
