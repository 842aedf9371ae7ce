/**
 * Measures one engine in a process of its own, so that its memory is its own: `node measure-peer.ts NAME FOLDER`. Prints
 * the result as a line of JSON.
 */
import { readCollection } from "../../scripts/evaluation/collection.ts";
import { meanMeasures, measureRanking } from "../../scripts/evaluation/measures.ts";
import { percentiles } from "../latency.ts";
import { PEERS } from "./engines.ts";

const [name, folder = ""] = process.argv.slice(2);
const peer = PEERS.find((one) => one.name === name);
if (!peer) throw new Error(`There is no engine ${name}.`);
const { documents, queries } = readCollection(folder);
const texts = documents.map(({ text }, id) => ({ id, text }));

globalThis.gc?.();
const before = process.memoryUsage();
const begun = performance.now();
const find = await peer.index(texts);
const indexMs = performance.now() - begun;
globalThis.gc?.();
const after = process.memoryUsage();

for (const { text } of queries.slice(0, 50)) await find(text);
const times: number[] = [];
const measured = [];
for (const { text, judged } of queries) {
  const started = performance.now();
  const found = await find(text);
  times.push(performance.now() - started);
  measured.push(
    measureRanking(
      found.map((id) => documents[id]?.name ?? ""),
      judged,
    ),
  );
}
const { ndcgAt10 } = meanMeasures(measured);
const held = (usage: NodeJS.MemoryUsage) => usage.heapUsed + usage.external;
const megabytes = Math.max(after.rss - before.rss, held(after) - held(before)) / 1e6;
console.log(JSON.stringify({ ndcgAt10, indexMs, megabytes, ...percentiles(times) }));
