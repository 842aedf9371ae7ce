import { TEMPORARY } from "./commands.ts";
import type { Command } from "./flags.ts";

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

/** The help of `npm run bench:peers`. */
export const BENCH_PEERS: Command = {
  call: "npm run bench:peers",
  about:
    "Asks the questions of a test collection of Edgewise's ranking and of other search engines, and prints times, memory " +
    "and nDCG@10. `npm ci --prefix bench/peers` installs the others.",
  operand: {
    value: "<folder>",
    about: "Holds corpus.jsonl, and queries.jsonl with qrels.tsv.",
  },
  flags: [],
};

/** The flags and the help of `npm run bench:search`. */
export const BENCH_SEARCH: Command = {
  call: "npm run bench:search",
  about:
    "Measures hybrid searches inside a search shard of 5,000 to 200,000 chunks: in the exact tier, in the coded tier, and " +
    "in plain loops over everything in memory, question by question in turn. Prints times, processor time, the first " +
    "question after a start, memory, chunks written in a second, and how many answers are the same.",
  flags: [
    { name: "size", value: "N", about: "Measures this number of chunks alone." },
    { name: "vectors", about: "Measures searches by vector alone instead." },
    {
      name: "million",
      about: "Measures the coded tier over 1,000,000 vectors of 384 dimensions instead.",
    },
    {
      name: "terms",
      about:
        "Measures instead how long it takes to expand a term of a question, a prefix or a misspelled word, by a walk over " +
        "the stored terms of 50,000 chunks and from the cache.",
    },
    {
      name: "pauses",
      about:
        "Prints instead a histogram of the times for which a shard's object is held, by each call and each slice of " +
        "upkeep, while 200,000 chunks are written, merged and searched.",
    },
    { name: "questions", value: "N", about: "Questions a size; 40." },
  ],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:followers`. */
export const BENCH_FOLLOWERS: Command = {
  call: "npm run bench:followers",
  about:
    "Asks one store, several questions at a time, of its search shard alone and of the shard with three followers, in turn " +
    "in one process. Prints the medians of five rounds and their ratios, and checks that all answer the same.",
  flags: [
    { name: "chunks", value: "N", about: "Chunks of the store; 20000." },
    { name: "at-once", value: "N", about: "Questions at a time; 8." },
    { name: "questions", value: "N", about: "Questions a round; 400." },
  ],
  notes: [
    TEMPORARY,
    "All copies share one thread here, so the best that followers can do is to be no slower.",
  ],
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

/** The flags and the help of `npm run bench:overload`. */
export const BENCH_OVERLOAD: Command = {
  call: "npm run bench:overload",
  about:
    "Offers answers in the background, up to 5 times what the models can answer, then little. Prints what was completed and " +
    "refused by lane, the memory of the service, and whether it recovers and loses nothing. It takes about five minutes.",
  flags: [
    { name: "seconds", value: "N", about: "Measured seconds of each of the six stages; 30." },
    { name: "picture", value: "FILE", about: "Also draws an SVG file." },
  ],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:lanes`. */
export const BENCH_LANES: Command = {
  call: "npm run bench:lanes",
  about:
    "Prints how long answers in the background wait while others are in a backlog: of another lane, of the same lane, and " +
    "of another project. It takes about six minutes.",
  flags: [{ name: "jobs", value: "N", about: "Answers in the backlog; 500." }],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:rows`. */
export const BENCH_ROWS: Command = {
  call: "npm run bench:rows",
  about:
    "Prints the database rows that are written by a small file from its upload to its index, by a short answer, and by one " +
    "of 200 tokens in the background: by class of object or database, statement and table. It takes a minute.",
  flags: [{ name: "of", value: "N", about: "Files and answers of each kind; 20." }],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:console`. */
export const BENCH_CONSOLE: Command = {
  call: "npm run bench:console",
  about:
    "Opens large lists of files and runs, a run of 1,000 steps and an answer of 100 KB in Chromium, and prints the time to the " +
    "first paint, the frames while they are scrolled, the memory at their end, and the largest reply. With 10,000 of each it " +
    "takes about ten minutes. Most of the runs are rows of the list alone.",
  flags: [
    { name: "of", value: "N", about: "Files, and runs; 10000." },
    { name: "chromium", value: "PATH", about: "The browser; /usr/bin/chromium." },
  ],
  notes: [TEMPORARY],
};

/** The flags and the help of `npm run bench:startup`. */
export const BENCH_STARTUP: Command = {
  call: "npm run bench:startup",
  about:
    "Prints the size of the uploaded Worker, and how long workerd is active on this machine to start it, for both editions.",
  flags: [{ name: "rounds", value: "N", about: "Starts of each edition; 5." }],
  notes: ["Another load of the machine counts as activity, so the least figure is the best one."],
};

/** The flags and the help of `npm run bench:waiting`. */
export const BENCH_WAITING: Command = {
  call: "npm run bench:waiting",
  about:
    "Kills the service while many files wait to be ingested, opens the state again, and prints how long the service takes to " +
    "answer meanwhile, and whether every file is ingested in the end.",
  flags: [{ name: "files", value: "N", about: "Files of the state; 3000." }],
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
