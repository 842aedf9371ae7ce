/**
 * `npm run demo:support`: a customer service on the built-in workflow, against a small real shop. One question is answered at
 * once; one waits for a person, who approves it; one is rejected, and the note that was written at the order is taken back.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { OpenAI } from "openai";
import { z } from "zod";

import { openAI } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import { prepareDatabases, withDatabases } from "./local/databases.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { ensureSecrets } from "./local/state-folder.ts";
import { ADD_CUSTOMER, CUSTOMERS, ORDERS, POLICIES } from "./support/policies.ts";
import { type Shop, startShop } from "./support/shop-server.ts";

const Run = z.object({
  id: z.string(),
  status: z.string(),
  error: z.object({ message: z.string() }).nullable(),
  output: z.object({ status: z.string(), text: z.string() }).nullable(),
  waiting_for: z.array(z.object({ signal: z.string().nullish(), event: z.number().nullish() })),
});
type Run = z.infer<typeof Run>;

const plain = !process.stdout.isTTY || process.env["NO_COLOR"] !== undefined;
const style = (code: number) => (text: string) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
const [bold, dim, cyan] = [style(1), style(2), style(36)];

const folder = mkdtempSync(join(tmpdir(), "edgewise-support-"));
const shop = await startShop(ORDERS);
try {
  await prepareDatabases(folder, ensureSecrets(folder));
  await withDatabases(folder, async (databases) => {
    const data = databases.find(({ binding }) => binding === "DATA")?.database;
    await data?.batch([data.prepare(CUSTOMERS), data.prepare(ADD_CUSTOMER)]);
  });
  const service = await startService({ folder, port: await freePort(), output: "file" });
  try {
    const { adminKey, apiKey, projectId } = service.secrets;
    await grant(`${service.url}/v1/organization/projects/${projectId}/grants`, adminKey, shop);
    await serve(openAI(service.url, apiKey), shop);
  } finally {
    await service.stop();
  }
} finally {
  shop.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What the operator allows: the shop's address, which is not public, and the table of customers. */
async function grant(url: string, adminKey: string, { host }: Shop): Promise<void> {
  const response = await fetch(url, {
    method: "PUT",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ http_hosts: [host], sql_tables: ["data.customers"] }),
  });
  if (!response.ok) throw new Error(`The grants were refused: ${await response.text()}`);
}

async function serve(client: OpenAI, { url, notesOf }: Shop): Promise<void> {
  const { storeId } = await fillStore(client, POLICIES, {
    storeName: "policies",
    clients: 3,
    onProgress: () => {},
  });
  const ask = async (question: string, order: string) => {
    console.log(`\n${bold(cyan("?"))} ${bold(question)}\n`);
    const input = {
      question,
      email: "ada@example.com",
      order_id: order,
      orders_url: url,
      vector_store_ids: [storeId],
    };
    const { id } = Run.parse(
      await client.post("/runs", { body: { workflow: "customer_service", input } }),
    );
    return await until(client, id, (run) => run.status !== "running" || run.waiting_for.length > 0);
  };
  const decide = async (
    run: Run,
    payload: { approved: boolean; text?: string },
    reason: string,
  ) => {
    const body = {
      payload,
      actor: "Grace",
      reason,
      event: run.waiting_for[0]?.event ?? null,
    };
    await client.post(`/runs/${run.id}/signals/approval`, { body });
    return await until(
      client,
      run.id,
      ({ status }) => status !== "running" && status !== "undoing",
    );
  };

  show(await ask("Within how many days of delivery can I return an item?", "A-1001"));

  const late = await ask(
    "What may a customer get when a delivery is more than 14 days late?",
    "A-1002",
  );
  show(late);
  console.log(dim(`  Notes at the order: ${notesOf("A-1002").length}`));
  const text = "Your chair is three weeks late, so you get a voucher of 150 euros. We are sorry.";
  show(await decide(late, { approved: true, text }, "The chair is three weeks late"));

  const second = await ask("Do you sell garden furniture?", "A-1001");
  show(second);
  console.log(dim(`  Notes at the order: ${notesOf("A-1001").length}`));
  show(await decide(second, { approved: false }, "We do not, and the answer does not say so"));
  console.log(dim(`  Notes at the order: ${notesOf("A-1001").length}`));
}

async function until(client: OpenAI, id: string, isOver: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const run = Run.parse(await client.get(`/runs/${id}`));
    if (isOver(run)) return run;
    await wait(100);
  }
}

function show({ status, output, error, waiting_for: waits }: Run): void {
  if (output) console.log(`  ${output.text}\n${dim(`  (${output.status})`)}`);
  else if (error) console.log(dim(`  ${status}: ${error.message}`));
  else console.log(dim(`  The run waits for ${waits.map(({ signal }) => signal).join(", ")}.`));
}
