/** The use of a deployment in a month. */
export type Size = {
  readonly name: string;
  readonly answers: number;
  /** Chunks of documents that are added or replaced in the month. */
  readonly chunksWritten: number;
  /** Chunks that are stored throughout the month. */
  readonly chunksStored: number;
};

/** The three sizes of deployments whose costs docs/operations.md states. */
export const SIZES: readonly Size[] = [
  { name: "small", answers: 3_000, chunksWritten: 5_000, chunksStored: 20_000 },
  { name: "medium", answers: 100_000, chunksWritten: 100_000, chunksStored: 500_000 },
  { name: "large", answers: 1_000_000, chunksWritten: 500_000, chunksStored: 5_000_000 },
];

/** The use of an answer and of a chunk, as docs/evaluation.md has measured it. */
export const MEASURED = {
  rowsPerAnswer: 29,
  rowsPerChunk: 16.7,
  d1RowsPerChunk: 2.98,
} as const;

/** Assumptions about the rest, on the generous side. Bytes are those in databases, with their indexes. */
export const ASSUMED = {
  objectCallsPerAnswer: 12,
  objectSecondsPerAnswer: 10,
  cpuMsPerAnswer: 30,
  inputTokensPerAnswer: 3_500,
  outputTokensPerAnswer: 600,
  objectBytesPerAnswer: 20_000,
  objectCallsPerChunk: 4,
  objectSecondsPerChunk: 0.2,
  cpuMsPerChunk: 30,
  tokensPerChunk: 400,
  chunksPerFile: 5,
  uploadedBytesPerChunk: 2_000,
  d1BytesPerChunk: 2_500,
  objectBytesPerChunk: 5_000,
} as const;

const OBJECT_GB = 0.128;
const GB = 1e9;
const DAYS = 30;
/** Operations of a queue for a message: written, read, deleted. */
const QUEUE_OPERATIONS = 3;
/** The minutes of a month, each with a call of the cron trigger. */
const CRON_CALLS = DAYS * 24 * 60;

/** A price of Cloudflare's paid plan: what a month includes, and the dollars for each `per` units above that. */
type Price = { readonly included: number; readonly dollars: number; readonly per: number };
type Meter = {
  readonly product: string;
  readonly price: Price;
  readonly used: (size: Size) => number;
};

const PLAN_DOLLARS = 5;
/** 10,000 neurons a day at 0.011 dollars for a thousand. */
const FREE_NEURONS_DOLLARS = DAYS * 10 * 0.011;
const ROWS_WRITTEN = { included: 50e6, dollars: 1, per: 1e6 };
const { rowsPerAnswer, rowsPerChunk, d1RowsPerChunk } = MEASURED;

const METERS: readonly Meter[] = [
  {
    product: "Workers, requests",
    price: { included: 10e6, dollars: 0.3, per: 1e6 },
    used: ({ answers, chunksWritten }) =>
      answers + CRON_CALLS + (3 * chunksWritten) / ASSUMED.chunksPerFile,
  },
  {
    product: "Workers, CPU",
    price: { included: 30e6, dollars: 0.02, per: 1e6 },
    used: ({ answers, chunksWritten }) =>
      answers * ASSUMED.cpuMsPerAnswer + chunksWritten * ASSUMED.cpuMsPerChunk,
  },
  {
    product: "Objects, requests",
    price: { included: 1e6, dollars: 0.15, per: 1e6 },
    used: ({ answers, chunksWritten }) =>
      answers * ASSUMED.objectCallsPerAnswer + chunksWritten * ASSUMED.objectCallsPerChunk,
  },
  {
    product: "Objects, duration",
    price: { included: 400_000, dollars: 12.5, per: 1e6 },
    used: ({ answers, chunksWritten }) =>
      OBJECT_GB *
      (answers * ASSUMED.objectSecondsPerAnswer + chunksWritten * ASSUMED.objectSecondsPerChunk),
  },
  {
    product: "Objects, rows written",
    price: ROWS_WRITTEN,
    used: ({ answers, chunksWritten }) =>
      answers * rowsPerAnswer + chunksWritten * (rowsPerChunk - d1RowsPerChunk),
  },
  {
    product: "Objects, storage",
    price: { included: 5, dollars: 0.2, per: 1 },
    used: ({ chunksStored, answers }) =>
      (chunksStored * ASSUMED.objectBytesPerChunk + answers * ASSUMED.objectBytesPerAnswer) / GB,
  },
  {
    product: "D1, rows written",
    price: ROWS_WRITTEN,
    used: ({ chunksWritten }) => chunksWritten * d1RowsPerChunk,
  },
  {
    product: "D1, storage",
    price: { included: 5, dollars: 0.75, per: 1 },
    used: ({ chunksStored }) => (chunksStored * ASSUMED.d1BytesPerChunk) / GB,
  },
  {
    product: "R2, storage",
    price: { included: 10, dollars: 0.015, per: 1 },
    used: ({ chunksStored }) => (chunksStored * ASSUMED.uploadedBytesPerChunk) / GB,
  },
  {
    product: "R2, writes",
    price: { included: 1e6, dollars: 4.5, per: 1e6 },
    used: ({ chunksWritten }) => (2 * chunksWritten) / ASSUMED.chunksPerFile,
  },
  {
    product: "Queues, operations",
    price: { included: 1e6, dollars: 0.4, per: 1e6 },
    used: ({ chunksWritten }) => (QUEUE_OPERATIONS * chunksWritten) / ASSUMED.chunksPerFile,
  },
  {
    product: "Workers Logs, events",
    price: { included: 20e6, dollars: 0.6, per: 1e6 },
    used: ({ answers, chunksWritten }) =>
      answers * (1 + ASSUMED.objectCallsPerAnswer) + chunksWritten * ASSUMED.objectCallsPerChunk,
  },
];

const TOKENS: readonly Meter[] = [
  {
    product: "glm-4.7-flash, input",
    price: { included: 0, dollars: 0.06, per: 1e6 },
    used: ({ answers }) => answers * ASSUMED.inputTokensPerAnswer,
  },
  {
    product: "glm-4.7-flash, output",
    price: { included: 0, dollars: 0.4, per: 1e6 },
    used: ({ answers }) => answers * ASSUMED.outputTokensPerAnswer,
  },
  {
    product: "qwen3-embedding-0.6b",
    price: { included: 0, dollars: 0.0118, per: 1e6 },
    used: ({ chunksWritten }) => chunksWritten * ASSUMED.tokensPerChunk,
  },
];

const dollarsOf = ({ used, price: { included, dollars, per } }: Meter, size: Size): number =>
  roundCents((Math.max(0, used(size) - included) * dollars) / per);
const roundCents = (dollars: number) => Math.round(dollars * 100) / 100;
const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

/** The costs of a size in dollars a month, by product; the totals without and with the models of Workers AI. */
export type Costs = {
  readonly parts: ReadonlyMap<string, number>;
  readonly embedded: number;
  readonly production: number;
};

/** Computes the costs of a size. Every part is rounded to cents, so that the totals are the sums of what is shown. */
export function computeCosts(size: Size): Costs {
  const parts = new Map<string, number>([["Plan", PLAN_DOLLARS]]);
  for (const meter of METERS) parts.set(meter.product, dollarsOf(meter, size));
  const embedded = sum([...parts.values()]);
  const tokens = new Map(TOKENS.map((meter) => [meter.product, dollarsOf(meter, size)]));
  for (const [product, dollars] of tokens) parts.set(product, dollars);
  const free = roundCents(Math.min(FREE_NEURONS_DOLLARS, sum([...tokens.values()])));
  parts.set("Workers AI, free share", -free);
  return { parts, embedded, production: sum([...parts.values()]) };
}

const cells = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" | ");

/** Makes the table of costs of docs/operations.md, in Markdown. */
export function costTable(): string {
  const costs = SIZES.map(computeCosts);
  const products = [...(costs[0]?.parts.keys() ?? [])];
  const rows = products.map(
    (product) => `| ${product} | ${cells(costs.map(({ parts }) => parts.get(product) ?? 0))} |`,
  );
  return [
    `| dollars a month | ${SIZES.map(({ name }) => name).join(" | ")} |`,
    `| --- | ${SIZES.map(() => "---").join(" | ")} |`,
    ...rows,
    `| **embedded edition** | ${cells(costs.map(({ embedded }) => embedded))} |`,
    `| **production edition** | ${cells(costs.map(({ production }) => production))} |`,
  ].join("\n");
}
