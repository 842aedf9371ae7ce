/** A database in a configuration of wrangler, as TOML text, with its table: of one edition. */
type Block = {
  readonly text: string;
  readonly end: number;
  readonly table: string;
  readonly number: number;
};

/** The heading of a table of a database, and the lines up to the next empty one. */
const DATABASE = /^\[\[((?:env\.\w+\.)?d1_databases)\]\](?:\n(?!\[).+)*/gm;
const CORPUS = /^binding = "CORPUS_(\d+)"$/m;

/** A configuration with one corpus database more. */
export type AddedCorpus = {
  /** The name of the binding, such as `CORPUS_2`. */
  readonly binding: string;
  /** The text of the configuration. */
  readonly text: string;
};

/**
 * Adds the next corpus database to every edition of a configuration of wrangler (TOML), after its last one. The rest of
 * the text stays as it is. Throws if the editions have different corpus databases.
 */
export function addCorpus(text: string): AddedCorpus {
  const editions = Map.groupBy(listBlocks(text), ({ table }) => table);
  const numbers = Array.from(editions.values(), (blocks) =>
    blocks.map(({ number }) => number).toSorted((a, b) => a - b),
  );
  const [first] = numbers;
  if (!first) throw new Error("wrangler.toml has no corpus database to put another one after.");
  if (numbers.some((others) => others.join() !== first.join())) {
    throw new Error(
      "The editions in wrangler.toml have different corpus databases. Give each the same [[d1_databases]], and run the command again.",
    );
  }
  const last = Math.max(...first);
  const next = last + 1;
  const after = [...editions.values()].flatMap((blocks) =>
    blocks.filter(({ number }) => number === last),
  );
  return { binding: `CORPUS_${next}`, text: insertAll(text, after, next) };
}

function listBlocks(text: string): Block[] {
  return Array.from(text.matchAll(DATABASE)).flatMap(({ 0: block, 1: table = "", index }) => {
    const number = CORPUS.exec(block)?.[1];
    if (number === undefined) return [];
    return [{ text: block, end: index + block.length, table, number: Number(number) }];
  });
}

/** Inserts a copy of each block after it, with another number. */
function insertAll(text: string, blocks: readonly Block[], number: number): string {
  let changed = text;
  for (const { text: block, end, number: before } of blocks.toSorted((a, b) => b.end - a.end)) {
    const copy = block
      .replace(`"CORPUS_${before}"`, `"CORPUS_${number}"`)
      .replace(/(database_name = ".*?)\d+"/, `$1${number}"`)
      .replace(/\ndatabase_id = .*/, "");
    changed = `${changed.slice(0, end)}\n\n${copy}${changed.slice(end)}`;
  }
  return changed;
}
