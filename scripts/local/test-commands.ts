import type { Command } from "./flags.ts";

const KEPT = "The state is in a folder for temporary files, which is kept when problems are found.";

/** The flags and the help of `npm run eval:claims`. */
export const EVAL_CLAIMS: Command = {
  call: "npm run eval:claims",
  about:
    "Makes 1,000 true and 1,000 false claims of test collections, and prints how many the rules for citations reject, " +
    "beside a plain overlap test. It ends with code 1 if a goal is missed.",
  operand: {
    value: "<folder>",
    about: "Holds a folder for each of mtrag_un, squad2, handbook and xquad; ../shared/eval.",
  },
  flags: [
    {
      name: "half",
      value: "HALF",
      about: "tuning or kept; both without it. Rules are tuned with the first only.",
    },
    {
      name: "fresh",
      about: "The tuning half with further wordings, which stand in for those of the kept half.",
    },
    { name: "seed", value: "TEXT", about: "Makes other claims; 1." },
    {
      name: "show",
      value: "N",
      about:
        "Prints at most N claims of the tuning half that are judged wrongly, in place of the table.",
    },
    { name: "kind", value: "KIND", about: "Only claims of a kind, with --show: number, human, …" },
    { name: "json", about: "Prints the figures as JSON." },
    {
      name: "picture",
      value: "FILE",
      about: "Draws the reliability of the confidence of the tuning half as an SVG file.",
    },
  ],
};

/** The flags and the help of `npm run chaos`. */
export const CHAOS: Command = {
  call: "npm run chaos",
  about:
    "Answers in the background, ingests files and runs workflows in all lanes while workerd is killed every few " +
    "seconds, the model fails, hangs or writes garbage, and messages are doubled and reordered. Then checks that each " +
    "item ended once and each effect was caused once.",
  flags: [
    { name: "short", about: "60 answers, 80 files and 15 runs, in place of 1,000, 2,000 and 200." },
  ],
  notes: [KEPT],
};

/** The flags and the help of `npm run fuzz:crash`. */
export const FUZZ_CRASH: Command = {
  call: "npm run fuzz:crash",
  about:
    "Runs workflows in objects that crash at random around every transition, while workerd is killed, and checks that " +
    "each run ended once and each effect was caused once.",
  flags: [
    {
      name: "short",
      about: "6 runs of each graph in about 12 s of kills, in place of 50 in 5 minutes.",
    },
    {
      name: "seed",
      value: "TEXT",
      about: "Crashes at the same turns as an earlier run, as far as time allows.",
    },
    {
      name: "chance",
      value: "SHARE",
      about: "Chance of a crash at each point, from 0 to 1; 0.15.",
    },
    { name: "only", value: "TEXT", about: "Only graphs whose names contain this." },
    { name: "runs", value: "N", about: "Runs of each graph." },
  ],
  notes: [KEPT],
};

/** The flags and the help of `npm run fuzz:files`. */
export const FUZZ_FILES: Command = {
  call: "npm run fuzz:files",
  about:
    "Uploads damaged files of all formats to a fresh service, and checks that each ends within 30 s, completed or failed " +
    "with a reason, and that the service works afterwards. Prints the endings by format and reason.",
  flags: [
    { name: "short", about: "200 files, in place of 10,000." },
    { name: "seed", value: "TEXT", about: "Makes the same files as an earlier run." },
    { name: "only", value: "TEXT", about: 'Only files whose names contain this, as "PDF-120.".' },
    { name: "files", value: "N", about: "Number of files; two in ten are PDF, two DOCX." },
  ],
  notes: [KEPT],
};

/** The flags and the help of `npm run fuzz:http`. */
export const FUZZ_HTTP: Command = {
  call: "npm run fuzz:http",
  about:
    "Sends mutated requests to every operation of a fresh service, over raw connections, and checks that each is " +
    "answered within 10 s, without a failure, in the shape of errors, and without a word of the inside.",
  flags: [
    { name: "short", about: "600 requests, in place of 20,000." },
    { name: "seed", value: "TEXT", about: "Makes the same requests as an earlier run." },
    {
      name: "only",
      value: "TEXT",
      about: 'Only operations that contain this, as "POST /v1/runs".',
    },
    { name: "requests", value: "N", about: "Number of requests." },
  ],
  notes: [KEPT],
};

/** The flags and the help of `npm run fuzz:kill`. */
export const FUZZ_KILL: Command = {
  call: "npm run fuzz:kill",
  about:
    "Kills workerd with SIGKILL every few seconds while files are ingested and deleted and questions are answered, then " +
    "checks what storage holds.",
  flags: [{ name: "short", about: "60 files and 60 questions in place of 300 and 300." }],
  notes: [KEPT],
};

/** The flags and the help of `npm run fuzz:reindex`. */
export const FUZZ_REINDEX: Command = {
  call: "npm run fuzz:reindex",
  about:
    "Builds a new generation of a store's index with another embedding model, switches to it, goes back and switches " +
    "again, while the store is searched and written to and workerd is killed with SIGKILL every few seconds.",
  flags: [
    { name: "short", about: "60 files in place of 5,000." },
    { name: "files", value: "N", about: "Files of the store; 5000." },
  ],
  notes: [KEPT],
};

/** The flags and the help of `npm run test:clients`. */
export const TEST_CLIENTS: Command = {
  call: "npm run test:clients",
  about:
    "Installs the client packages of clients/ and runs their calls against a service on this machine, with the built-in " +
    "model and a scripted LLM. Each call works, or is refused as docs/compatibility.md says.",
  flags: [
    {
      name: "only",
      value: "TEXT",
      about: "Only clients whose names contain this, such as openai.",
    },
  ],
  notes: ["The state is in a folder for temporary files, which is kept when a call fails."],
};

/** The flags and the help of `npm run test:console`. */
export const TEST_CONSOLE: Command = {
  call: "npm run test:console",
  about:
    "Makes people's journeys through the console in Chromium, on a fresh `npm run dev` with a scripted model: no error, " +
    "no violation of its policy, no serious finding of axe. Keeps screenshots in both themes and at 360 pixels.",
  flags: [
    { name: "short", about: "The main journey only, as in CI; it is left out without Chromium." },
    { name: "only", value: "TEXT", about: "Only journeys whose names contain this." },
    { name: "to", value: "DIR", about: "Folder of the screenshots; .edgewise/console." },
    { name: "chromium", value: "PATH", about: "The browser; /usr/bin/chromium." },
  ],
};

/** The flags and the help of `npm run docs:pictures`. */
export const DOCS_PICTURES: Command = {
  call: "npm run docs:pictures",
  about: "Takes the pictures of README.md and docs/ from the console of a fresh `npm run dev`.",
  flags: [{ name: "chromium", value: "PATH", about: "The browser; /usr/bin/chromium." }],
};

/** The flags and the help of `npm run smoke`. */
export const SMOKE: Command = {
  call: "npm run smoke",
  about:
    "Tries a deployment with a key of one of its projects: uploads a file, asks about it, checks the citation, cancels a " +
    "response, deletes what it has made, and prints what works. It ends with code 1 if something does not.",
  operand: {
    value: "<URL> <KEY>",
    about: "Address of the service, such as https://edgewise.example.workers.dev, and the key.",
  },
  flags: [],
  environment: [["EDGEWISE_API_KEY", "The key, if it is not an argument."]],
};

/** The help of `npm run costs`. */
export const COSTS: Command = {
  call: "npm run costs",
  about: "Prints the costs of three sizes of deployments, as docs/operations.md has them.",
  flags: [],
};

/** The help of `npm run build:kernel`. */
export const BUILD_KERNEL: Command = {
  call: "npm run build:kernel",
  about:
    "Compiles src/retrieval/dense/kernel/kernel.as.ts, the SIMD kernel of the dense scans, to kernel.wasm beside it, which is committed.",
  flags: [],
};

/** The flags and the help of `npm run reconcile`. */
export const RECONCILE: Command = {
  call: "npm run reconcile",
  about:
    "Compares the copies of every vector store of a deployment after one of them was restored, and brings them in line.",
  operand: {
    value: "<URL>",
    about: "Address of the service, such as https://edgewise.example.workers.dev.",
  },
  flags: [{ name: "all", about: "Indexes every file again, also those whose copies agree." }],
  environment: [["ADMIN_KEY", "The key for /v1/organization."]],
};

/** The flags and the help of `npm run test:deploy`. */
export const TEST_DEPLOY: Command = {
  call: "npm run test:deploy",
  about:
    "Runs `npm run deploy` against a fake of Cloudflare's API: empty and half-made accounts, a lost connection at each " +
    "call, interruptions, several names, accounts that are refused, and the commands of docs/deploy.md. Takes about ten " +
    "minutes.",
  flags: [
    { name: "short", about: "Only the trial that CI runs, of half a minute." },
    { name: "every", value: "N", about: "Loses the connection at every Nth call; 1." },
    { name: "lanes", value: "N", about: "Trials at a time; 3." },
    { name: "only", value: "TEXT", about: "Only trials whose names contain this." },
  ],
  notes: ["The fake listens on 127.0.0.1; no account is needed or touched."],
};

/** The help of `npm run test:vectorize`. */
export const TEST_VECTORIZE: Command = {
  call: "npm run test:vectorize",
  about:
    "Runs the tests of the adapter for Vectorize on an index of a Cloudflare account, which it makes and deletes. Without " +
    "an account it says so and ends.",
  flags: [],
  environment: [
    ["CLOUDFLARE_ACCOUNT_ID", "The account."],
    ["CLOUDFLARE_API_TOKEN", "A token that may edit Vectorize."],
  ],
};

/** The flags and the help of `npm run grade`. */
export const GRADE: Command = {
  call: "npm run grade",
  about:
    "Grades the built-in model on files and questions of your own: right answers, abstentions, answers where the files " +
    "have none, and values of neighbours, by kind of question. It runs in this process, without a service.",
  operand: {
    value: "<folder>",
    about:
      "Holds files/ and questions.jsonl: id, kind, question, history, answerable, answers or all, must_not.",
  },
  flags: [
    {
      name: "distractors",
      value: "DIR",
      about: "A folder with corpus.jsonl, whose first documents are added to the store.",
    },
    { name: "count", value: "N", about: "The number of these documents; 600." },
    { name: "kind", value: "KIND", about: "Only questions of this kind." },
    { name: "show", value: "N", about: "Prints at most N answers that are not right; 15." },
  ],
};

/** The flags and the help of `npm run prompt`. */
export const PROMPT: Command = {
  call: "npm run prompt",
  about:
    "Prints what a language model would be sent for a question: the rules, the passages that a search finds in the files " +
    "of a folder, and the question. It runs in this process, and calls no model.",
  operand: { value: "<question>", about: "The question, as one argument." },
  flags: [
    { name: "folder", value: "DIR", about: "The folder whose files are searched; docs." },
    { name: "before", value: "TEXT", about: "The user's message before the question." },
  ],
};

/** The flags and the help of `npm run fuzz:search`. */
export const FUZZ_SEARCH: Command = {
  call: "npm run fuzz:search",
  about:
    "Runs random histories of search shards (writes, long files, removals, merges, damage, restarts, processes that end " +
    "at any statement), and compares each answer with that of an exhaustive search, to the last bit.",
  flags: [
    { name: "short", about: "1,000 histories, in place of 10,000." },
    {
      name: "seed",
      value: "N",
      about: "Makes the same histories as an earlier run: a whole number.",
    },
    { name: "runs", value: "N", about: "Number of histories." },
  ],
};
