import type { Settings } from "../../src/env.ts";
import type { Style } from "../terminal/style.ts";
import type { Service } from "./service.ts";
import { describeModels } from "./settings.ts";
import { signInLink } from "./sign-in-link.ts";

/** The data for the text that `npm run dev` prints once the service answers. */
export type Welcome = {
  readonly service: Pick<Service, "url" | "secrets">;
  /** The one-time token of the link to the console. */
  readonly token: string;
  readonly folder: string;
  readonly settings: Settings;
  /** Duration of the start, in seconds. */
  readonly seconds: number;
  /** Duration of the first build of the console, which is a part of the start, in seconds. */
  readonly buildSeconds: number;
  readonly style: Style;
};

/** Formats the text that `npm run dev` prints once the service answers: its address, keys, models, and code to try. */
export function welcome(shown: Welcome): string {
  const { service, token, folder, settings, seconds, buildSeconds, style } = shown;
  const { url, secrets } = service;
  const { answers, embeddings } = describeModels(settings);
  const { bold, dim } = style;
  return `
${bold(`Edgewise is ready at ${url}`)} ${dim(`after ${seconds.toFixed(1)} s, the console's build in ${buildSeconds.toFixed(1)} s.`)}

${inviteToConsole(url, token, style)}

  API key     ${secrets.apiKey}
  Admin key   ${secrets.adminKey}
  Answers     ${answers}
  Embeddings  ${embeddings}
  State       ${folder}

${bold("Try it with curl:")}

  curl ${url}/v1/vector_stores \\
    -H "Authorization: Bearer ${secrets.apiKey}" \\
    -H "Content-Type: application/json" -d '{"name": "handbook"}'

${bold("or with the OpenAI client:")} npm install openai, save this as ask.mjs, run node ask.mjs

  import OpenAI, { toFile } from "openai";

  const client = new OpenAI({
    baseURL: "${url}/v1",
    apiKey: "${secrets.apiKey}",
  });
  const store = await client.vectorStores.create({ name: "handbook" });
  const text = Buffer.from("Everyone has 30 days of leave a year.");
  const file = await toFile(text, "handbook.md");
  await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files: [file] });
  const response = await client.responses.create({
    input: "How many days of leave are there?",
    tools: [{ type: "file_search", vector_store_ids: [store.id] }],
  });
  console.log(response.output_text);

${dim("Stop it with Ctrl-C; the state is kept for the next start. `npm run dev -- --help` lists the flags.")}
`;
}

function inviteToConsole(url: string, token: string, { bold, dim }: Style): string {
  const link = signInLink(url, token);
  if (link === null) {
    return `${bold("The console")} ${dim("needs https, or localhost, for its session: put a proxy with https before this address, or start without --ip.")}`;
  }
  return `${bold("Open the console:")} ${link}
${dim("The link signs you in once, within five minutes, on this machine.")}`;
}
