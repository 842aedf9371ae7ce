/** `npm run prompt -- "question"`: prints what a language model would be sent for a question to the files of a folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { LanguageModelV3Message } from "@ai-sdk/provider";

import { LocalStore } from "./evaluation/grading/local-store.ts";
import { readKernel } from "./kernel/read-kernel.ts";
import { readCommandLine, runCommand } from "./local/command-line.ts";
import { type Given, UsageError } from "./local/flags.ts";
import { PROMPT } from "./local/test-commands.ts";

const FOLDER = "docs";

await runCommand(async () => {
  const { question, before, folder } = readCommandLine(PROMPT, readOptions);
  const store = new LocalStore(readKernel());
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const refusal = await store.add({
      name: entry.name,
      bytes: new Uint8Array(readFileSync(join(folder, entry.name))),
    });
    if (refusal !== null) console.error(`${entry.name} is not indexed: ${refusal}`);
  }
  const history = before === undefined ? [] : [{ role: "user" as const, text: before }];
  for (const message of await store.prompt(question, history)) {
    console.log(`--- ${message.role}\n${readText(message)}\n`);
  }
});

function readOptions({ operands, values }: Given) {
  const [question] = operands;
  if (question === undefined || question.trim() === "") {
    throw new UsageError('npm run prompt needs a question: `npm run prompt -- "How …?"`.');
  }
  return { question, before: values.get("before"), folder: values.get("folder") ?? FOLDER };
}

function readText({ content }: LanguageModelV3Message): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : JSON.stringify(part))).join("");
}
