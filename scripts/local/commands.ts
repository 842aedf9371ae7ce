import { EXTRACTIVE_MODEL } from "../../src/answer/answer-model.ts";
import { HASH_MODEL } from "../../src/retrieval/hash-embedding.ts";
import type { Command, CommandFlag } from "./flags.ts";

/** The default folder for the state of local services, in the project's root and ignored by git. */
export const STATE_FOLDER_DEFAULT = ".edgewise/state";
/** The default port of local services. */
export const PORT_DEFAULT = 8787;

const PORT: CommandFlag = {
  name: "port",
  value: "N",
  about: `Port of the service; ${PORT_DEFAULT}.`,
};
const PERSIST_TO: CommandFlag = {
  name: "persist-to",
  value: "DIR",
  about: `Folder of the state: keys, databases, files, objects; ${STATE_FOLDER_DEFAULT}.`,
};

const MODELS = [
  ["LLM_BASE_URL", "Address of an OpenAI-compatible server, such as http://localhost:11434/v1."],
  ["LLM_MODEL", `Its model for answers; without one, the built-in ${EXTRACTIVE_MODEL}.`],
  ["EMBEDDING_MODEL", `Its model for embeddings; without one, the built-in ${HASH_MODEL}.`],
  ["LLM_API_KEY", "Its key, if it requires one."],
] as const;
const NO_COLOR = [
  "NO_COLOR",
  "Set to any value to disable colour. Pipes never have colour.",
] as const;
const OTHER_SERVICE = [
  ["EDGEWISE_URL", "Address of a service to measure; without it, one is started temporarily."],
  ["EDGEWISE_API_KEY", "A key for that service."],
] as const;

const STATE_NOTE =
  `The state survives restarts of the service. To reset it, stop the service and delete the folder ` +
  `(rm -r ${STATE_FOLDER_DEFAULT}); the next start makes a new one, with new keys.`;

/** The flags and the help of `npm run dev`. */
export const DEV: Command = {
  call: "npm run dev",
  about:
    "Runs the whole service on this machine, offline, with a project and a key to use it with. It prints a line for each " +
    "request, each file that is indexed or fails, each circuit breaker that opens or closes, and each run that waits.",
  flags: [
    PORT,
    { name: "ip", value: "ADDRESS", about: "Address to listen on; localhost." },
    PERSIST_TO,
    { name: "quiet", about: "Prints warnings and errors only." },
  ],
  environment: [
    ...MODELS,
    [
      "LOG_LEVEL",
      "debug, info, warn or error: the least serious lines to print; debug. Requests are debug.",
    ],
    ["ADMIN_KEY", "The key for /v1/organization; without one, one is made and kept in the state."],
    [
      "SECRETS_KEY",
      "Encrypts the secrets of projects, at least 16 characters; made and kept likewise.",
    ],
    ["SECRETS_KEY_PREVIOUS", "The SECRETS_KEY of before, while secrets are encrypted again."],
    ["RECOVERY", "on: clients are refused and nothing is swept, while a backup is restored."],
    ["CORS_ORIGINS", "Origins whose pages may call the API from a browser; *, which is all."],
    ["JURISDICTION", "eu, fedramp or us, to try projects that have it; nothing moves there."],
    ["HTTP_DNS_URL", "DNS over HTTPS for the step http@1; https://cloudflare-dns.com/dns-query."],
    NO_COLOR,
  ],
  notes: [
    STATE_NOTE,
    "Flags of `wrangler dev`, such as --log-level and --inspector-port, are passed on. Put --wrangler before flags " +
      "with the name of a flag above, or that this version does not know.",
    "`npm run -s dev:key` prints the key alone, for scripts.",
  ],
  passesOn: true,
};

/** The flags and the help of `npm run dev:key`. */
export const DEV_KEY: Command = {
  call: "npm run -s dev:key",
  about: "Prints the API key of the local service alone: EDGEWISE_API_KEY=$(npm run -s dev:key).",
  flags: [PERSIST_TO],
  notes: ["`npm run dev` makes the key at its first start and keeps it."],
};

/** The flags and the help of `npm run demo`. */
export const DEMO: Command = {
  call: "npm run demo",
  about:
    "Asks this project's own documentation and prints the answers with the quotes that support them. It uses the service " +
    "that runs on the state folder, or starts one temporarily.",
  operand: {
    value: "[question …]",
    about: "Your own questions, in quotation marks, instead of the built-in ones.",
  },
  flags: [PORT, PERSIST_TO],
  environment: [...MODELS, NO_COLOR],
  notes: [
    "The documents are indexed once, into a store whose name is a hash of their content. " +
      STATE_NOTE,
  ],
};

/** The flags and the help of `npm run demo:support`. */
export const DEMO_SUPPORT: Command = {
  call: "npm run demo:support",
  about:
    "Shows a customer service: four cases that run by a workflow, of which two wait for a person. Everything runs on this " +
    "machine, in a folder for temporary files that is deleted at the end.",
  flags: [],
  environment: [...MODELS, NO_COLOR],
};

/** The flags and the help of `npm run build`. */
export const BUILD: Command = {
  call: "npm run build",
  about:
    "Makes the static files of the service in dist: the page of GET /docs with its script and style.",
  flags: [],
};

/** The flags and the help of `npm run screenshots`. */
export const SCREENSHOTS: Command = {
  call: "npm run screenshots",
  about:
    "Opens the pages of a fresh service in Chromium, light and dark, and writes a PNG of each. Fails when a page violates " +
    "its policy, logs an error, asks another host, or cannot call the service.",
  flags: [
    { name: "to", value: "DIR", about: "Folder for the PNGs; required." },
    {
      name: "chromium",
      value: "PATH",
      about: "Chromium's program; /usr/bin/chromium, which `apt-get install chromium` installs.",
    },
  ],
  notes: ["The state is in a folder for temporary files, which is deleted at the end."],
};

/** The flags and the help of `npm run eval`. */
export const EVAL: Command = {
  call: "npm run eval",
  about: "Measures search and answers on a test collection, through the public API.",
  operand: {
    value: "<folder>",
    about:
      "Holds corpus.jsonl, and queries.jsonl with qrels.tsv, or questions.jsonl, or all of them; or injections.jsonl and benign_contexts.jsonl.",
  },
  flags: [
    {
      name: "questions",
      value: "N",
      about: "Questions that are asked at most, a random sample; 1000.",
    },
    { name: "seed", value: "N", about: "Chooses the sample; 1." },
    { name: "model", value: "NAME", about: `The model that answers; ${EXTRACTIVE_MODEL}.` },
    { name: "only", value: "PART", about: "search or answers; both without it." },
    {
      name: "analyzer",
      value: "N",
      about:
        "Version of the analyzer by which the store is searched; 1. It is reindexed for another.",
    },
    { name: "picture", value: "FILE", about: "Draws how reliable the confidence is, as SVG." },
    { name: "json", about: "Prints the report as JSON." },
  ],
  environment: [...OTHER_SERVICE, ...MODELS],
  notes: [
    "State is kept in .edgewise/eval for the next time, and is renewed when documents or code have changed.",
  ],
};

/** A note in the help of commands that leave no state behind. */
export const TEMPORARY =
  "The state is in a folder for temporary files, which is deleted at the end.";

/** `npm run deploy`. */
export const DEPLOY: Command = {
  call: "npm run deploy",
  about:
    "Deploys the service to the Cloudflare account of the login: creates what is missing, uploads the Worker, migrates " +
    "the databases, waits until it answers, and makes a first project. Run again, it changes nothing but the Worker.",
  flags: [
    { name: "check", about: "Says what is missing, and changes nothing." },
    {
      name: "embedded",
      about: "The edition on built-in models, without Workers AI and Vectorize.",
    },
    {
      name: "name",
      value: "NAME",
      about: "Name of the Worker, and prefix of its databases, bucket and queues; edgewise.",
    },
    {
      name: "region",
      value: "REGION",
      about: "Where new databases and files are placed: wnam, enam, weur, eeur, apac or oc.",
    },
    {
      name: "jurisdiction",
      value: "NAME",
      about:
        "Where all databases, files and queues stay, and projects may: eu, fedramp or us. Not with --region.",
    },
    { name: "url", value: "ADDRESS", about: "Address of the service, if it has one of its own." },
  ],
  environment: [
    ["CLOUDFLARE_API_TOKEN", "A token, in place of `npx wrangler login`."],
    ["CLOUDFLARE_ACCOUNT_ID", "The account, if the login reaches several."],
    ["ADMIN_KEY", "The key for /v1/organization; without one, the first deployment makes one."],
    [
      "SECRETS_KEY",
      "Encrypts the secrets of projects; without one, the first deployment makes one.",
    ],
    ["LLM_API_KEY", "The key of the server that LLM_BASE_URL in wrangler.toml names."],
  ],
};

/** `npm run corpus:add`. */
export const CORPUS_ADD: Command = {
  call: "npm run corpus:add",
  about:
    "Adds the next CORPUS_n, a D1 database for the texts of files, to wrangler.toml. Once it is deployed, new files go to " +
    "the database with the most room, and files that a full one refuses move there.",
  flags: [],
  notes: ["A corpus database cannot be removed again: files are stored in it."],
};
