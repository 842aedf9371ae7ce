/** `npm run demo`: asks this project's own documentation, and prints the answers with their citations. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import type { OpenAI } from "openai";
import { z } from "zod";

import { openAI } from "./client/connect.ts";
import { fillStore } from "./client/fill-store.ts";
import { readServiceFlags } from "./local/flags.ts";
import { isHealthy, PORT_DEFAULT, startService } from "./local/service.ts";
import { ensureSecrets, sha256Hex, stateFolder } from "./local/state-folder.ts";

/** One has no answer in the documents, and one can only be understood after the question before it. */
const QUESTIONS = [
  "When is a lost message sent again?",
  "And what if the file itself cannot be read?",
  "When is a sentence sent?",
  "What must an undo put up with?",
  "What is the boiling point of tungsten?",
];

const Annotation = z.object({
  filename: z.string(),
  quote: z.string(),
  source_start: z.number(),
  source_end: z.number(),
});
const Event = z.object({
  type: z.string(),
  delta: z.string().optional(),
  annotation: Annotation.optional(),
});

const plain = !process.stdout.isTTY || process.env["NO_COLOR"] !== undefined;
const style = (code: number) => (text: string) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
const [bold, dim, cyan] = [style(1), style(2), style(36)];

const flags = readServiceFlags(process.argv.slice(2));
const port = flags.port ?? PORT_DEFAULT;
const folder = stateFolder(flags.persistTo);
const url = `http://localhost:${port}`;

const running = await isHealthy(url);
const service = running ? null : await startService({ folder, port, output: "file" });
try {
  const { apiKey } = ensureSecrets(folder);
  await demonstrate(openAI(url, apiKey));
} finally {
  await service?.stop();
}

async function demonstrate(client: OpenAI): Promise<void> {
  const names = ["README.md", ...globSync("docs/**/*.md")].toSorted();
  // An upload's name is kept without its folders, and by that name it is found again.
  const documents = names.map((path) => ({
    name: basename(path),
    text: readFileSync(path, "utf8"),
  }));
  // The store is named for what is in it: documents that changed make another one.
  const digest = sha256Hex(JSON.stringify(documents)).slice(0, 12);
  const { storeId, uploaded } = await fillStore(client, documents, {
    storeName: `edgewise-demo-${digest}`,
    clients: 8,
    onProgress: () => {},
  });
  const known = documents.length - uploaded;
  console.log(
    dim(`\n${documents.length} documents: ${uploaded} uploaded, ${known} were there already.`),
  );
  const conversation = await client.conversations.create();
  for (const question of QUESTIONS) await ask(client, { question, storeId, conversation });
  await client.conversations.delete(conversation.id);
}

type Question = {
  readonly question: string;
  readonly storeId: string;
  readonly conversation: { readonly id: string };
};

async function ask(client: OpenAI, { question, storeId, conversation }: Question): Promise<void> {
  console.log(`\n${bold(cyan("?"))} ${bold(question)}\n`);
  const stream: AsyncIterable<unknown> = await client.post("/responses", {
    body: {
      input: question,
      conversation: conversation.id,
      tools: [{ type: "file_search", vector_store_ids: [storeId] }],
      include: ["edgewise.grounding"],
      stream: true,
    },
    stream: true,
  });
  const citations: z.infer<typeof Annotation>[] = [];
  process.stdout.write("  ");
  for await (const event of stream) {
    const { delta, annotation, type } = Event.parse(event);
    if (type === "response.output_text.delta") process.stdout.write(delta ?? "");
    if (annotation) citations.push(annotation);
  }
  console.log();
  for (const [index, citation] of citations.entries()) {
    const { filename, quote, source_start: start, source_end: end } = citation;
    console.log(dim(`\n  [${index + 1}] ${filename}, characters ${start}–${end}`));
    console.log(dim(`      “${quote.replaceAll(/\s+/g, " ")}”`));
  }
}
