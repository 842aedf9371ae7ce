/** `npm run demo`: asks this project's own documentation, and prints the answers with their citations. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import type { OpenAI } from "openai";

import { openAI } from "./client/connect.ts";
import { type Document, fillStore } from "./client/fill-store.ts";
import { showAnswer } from "./client/show-answer.ts";
import {
  outputStyle,
  outputWidth,
  readCommandLine,
  showNextSteps,
  startTask,
} from "./local/command-line.ts";
import { DEMO, PORT_DEFAULT } from "./local/commands.ts";
import { type Given, readNumber } from "./local/flags.ts";
import { PORT_RANGE } from "./local/port.ts";
import { isHealthy, type Service, startService } from "./local/service.ts";
import { readLock, readSecrets, sha256Hex, stateFolder } from "./local/state-folder.ts";
import { eachWord, wrap } from "./terminal/wrap.ts";

/** The third can only be understood after the second, and the last has no answer in the documents. */
const QUESTIONS = [
  "What happens to a file of more than 48 MB?",
  "Can http@1 call private addresses?",
  "And what about public ones?",
  "How long may a revoked key open the door?",
  "What is the boiling point of tungsten?",
];
const CLIENTS = 8;

const { bold, cyan, dim, red } = outputStyle;

type Options = {
  readonly port: number | null;
  readonly folder: string;
  readonly questions: readonly string[];
  /** The flags that select the same state in later commands. */
  readonly flags: string;
};

const options = readCommandLine(DEMO, readOptions);
let started: Service | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stop().then(() => process.exit(130)));
}
try {
  const { url, apiKey } = await reachService(options);
  await demonstrate(openAI(url, apiKey), options.questions);
  console.log(nextSteps(options.flags));
} catch (error) {
  console.error(`\n${red(error instanceof Error ? error.message : String(error))}`);
  process.exitCode = 1;
} finally {
  await stop();
}
process.exit();

function readOptions(given: Given): Options {
  const persistTo = given.values.get("persist-to");
  return {
    port: readNumber(given, "port", PORT_RANGE),
    folder: stateFolder(given),
    questions: given.operands.length > 0 ? given.operands : QUESTIONS,
    flags: persistTo === undefined ? "" : ` --persist-to ${persistTo}`,
  };
}

async function stop(): Promise<void> {
  await started?.stop();
}

/** Uses the service that runs on the state folder, or starts one until the end. */
async function reachService({ port, folder }: Options): Promise<{ url: string; apiKey: string }> {
  const running = readLock(folder);
  const secrets = running && readSecrets(folder);
  if (running && secrets && (await isHealthy(running.url))) {
    console.log(dim(`Using the service that runs at ${running.url}.`));
    return { url: running.url, apiKey: secrets.apiKey };
  }
  const task = startTask("Starting the service");
  try {
    started = await startService({ folder, port: port ?? PORT_DEFAULT, output: "file" });
  } catch (error) {
    task.stop();
    throw error;
  }
  task.done(`The service runs at ${started.url}`);
  return { url: started.url, apiKey: started.secrets.apiKey };
}

async function demonstrate(client: OpenAI, questions: readonly string[]): Promise<void> {
  const storeId = await index(client, readDocuments());
  const conversation = await client.conversations.create();
  for (const question of questions) {
    console.log(
      `\n${wrap(`${cyan("?")} ${eachWord(question, bold)}`, { width: outputWidth(), rest: "  " })}\n`,
    );
    await showAnswer(
      client,
      {
        input: question,
        conversation: conversation.id,
        tools: [{ type: "file_search", vector_store_ids: [storeId] }],
        include: ["edgewise.grounding"],
      },
      {
        style: outputStyle,
        width: outputWidth(),
        write: (text) => void process.stdout.write(text),
      },
    );
  }
  await client.conversations.delete(conversation.id);
}

function readDocuments(): Document[] {
  const paths = ["README.md", ...globSync("docs/**/*.md")].toSorted();
  // Uploads keep the file name without its folders. It identifies a document, so it must be unique.
  const names = Map.groupBy(paths, (path) => basename(path));
  return paths.map((path) => {
    const isOnly = names.get(basename(path))?.length === 1;
    return {
      name: isOnly ? basename(path) : path.replaceAll("/", "-"),
      text: readFileSync(path, "utf8"),
    };
  });
}

/** Puts the documents into a store whose name is a hash of their content, so that changed documents get a new store. */
async function index(client: OpenAI, documents: readonly Document[]): Promise<string> {
  const digest = sha256Hex(JSON.stringify(documents)).slice(0, 12);
  const count = documents.length;
  const task = startTask(`Uploading ${count} documents`);
  const { storeId, uploaded, failed } = await fillStore(client, documents, {
    storeName: `edgewise-demo-${digest}`,
    clients: CLIENTS,
    onProgress: ({ uploaded: sent, indexed, total }) =>
      task.update(
        sent < total ? `Uploading ${sent} of ${total}` : `Indexing ${indexed} of ${total}`,
      ),
  }).finally(() => task.stop());
  task.done(
    uploaded === 0
      ? `${count} documents of this project were indexed before`
      : `${count} documents of this project are indexed, ${uploaded} of them now`,
  );
  for (const { name, reason } of failed) console.log(red(`  ${name} was not indexed: ${reason}`));
  return storeId;
}

function nextSteps(flags: string): string {
  const devFlags = flags === "" ? "" : ` --${flags}`;
  return showNextSteps([
    [`npm run demo --${flags} "How deep may JSON be nested?"`, "asks a question of your own"],
    ["npm run demo:support", "shows a customer service in which a person decides"],
    [`npm run dev${devFlags}`, "runs the service for you: a URL, a key, code to copy"],
  ]);
}
