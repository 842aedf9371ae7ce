import type { Command } from "./flags.ts";

const TEMPORARY = "The state is in a folder for temporary files, which is deleted at the end.";

/** The flags and the help of `npm run bench`. */
export const BENCH: Command = {
  call: "npm run bench",
  about:
    "Measures ingestion, searches and the time to the first word on this machine, with the collection SciFact. It takes " +
    "several minutes.",
  flags: [],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:builds`. */
export const BENCH_BUILDS: Command = {
  call: "npm run bench:builds",
  about:
    "Compares this build with another one: both work on this machine at the same time and take turns. Prints medians and " +
    "ratios of rows, runs of workflows, ingestion, searches and first words. It takes about ten minutes.",
  operand: {
    value: "<folder>",
    about: "The other build: a clone at another commit, with `npm ci` done.",
  },
  flags: [
    { name: "documents", value: "N", about: "Documents of SciFact in the store; 3000." },
    { name: "rounds", value: "N", about: "Rounds in turn; 5." },
  ],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:conversation`. */
export const BENCH_CONVERSATION: Command = {
  call: "npm run bench:conversation",
  about:
    "Measures the first GET of a conversation with 10,000 events after its object was evicted.",
  flags: [],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:due`. */
export const BENCH_DUE: Command = {
  call: "npm run bench:due",
  about:
    "Opens a state in which many schedules are due at once, and prints how long the service takes to answer meanwhile, and " +
    "whether every schedule has ticked in the end.",
  flags: [{ name: "schedules", value: "N", about: "Schedules of the state; 1000." }],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:many`. */
export const BENCH_MANY: Command = {
  call: "npm run bench:many",
  about:
    "Uploads, attaches, searches and deletes many small files in one store, and prints what each costs as the store fills; " +
    "and what statements cost as their tables fill.",
  flags: [{ name: "files", value: "N", about: "Files of the store; 1000." }],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:hostile`. */
export const BENCH_HOSTILE: Command = {
  call: "npm run bench:hostile",
  about:
    "Ingests small files that are much work one by one, and prints how each ends and the slowest answer of /health beside it.",
  flags: [{ name: "only", value: "TEXT", about: "Only files whose names contain this." }],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:workflow`. */
export const BENCH_WORKFLOW: Command = {
  call: "npm run bench:workflow",
  about: "Measures the step kernel beside Cloudflare Workflows, in one workerd with the same work.",
  flags: [
    { name: "rounds", value: "N", about: "Rounds in turn; 7." },
    { name: "only", value: "TEXT", about: "Only cases whose names contain this." },
  ],
  notes: [TEMPORARY],
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
  notes: ["The state is in a folder for temporary files, which is kept when problems are found."],
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
  notes: ["The state is in a folder for temporary files, which is kept when problems are found."],
};

/** The flags and the help of `npm run fuzz:kill`. */
export const FUZZ_KILL: Command = {
  call: "npm run fuzz:kill",
  about:
    "Kills workerd with SIGKILL every few seconds while files are ingested and deleted and questions are answered, then " +
    "checks what storage holds.",
  flags: [{ name: "short", about: "60 files and 20 questions in place of 300 and 100." }],
  notes: ["The state is in a folder for temporary files, which is kept when problems are found."],
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
