import { DatabaseSync } from "node:sqlite";

import { create, insertMultiple, search as searchOrama } from "@orama/orama";
import MiniSearch from "minisearch";
import { load } from "sqlite-vec";

import { hashEmbedding } from "../../src/retrieval/hash-embedding.ts";
import { search } from "../../src/retrieval/search.ts";
import { makeDocument } from "../../test/rules/retrieval/documents.ts";
import { makeStore } from "../../test/rules/retrieval/shards.ts";

/** A document, by its place in the collection. */
type PeerDocument = { readonly id: number; readonly text: string };
/** Finds the best documents for a question, best first. */
type Search = (question: string) => number[] | Promise<number[]>;
/** A search engine: indexes documents, each as one text. */
export type Peer = {
  readonly name: string;
  readonly index: (documents: readonly PeerDocument[]) => Search | Promise<Search>;
};

const BEST = 10;

/** The ranking of Edgewise: its rules over one shard in memory, with the weights of a search without options. */
const edgewise: Peer = {
  name: "Edgewise",
  index: (documents) => {
    const files = documents.map(({ id, text }) => makeDocument(String(id), [text]));
    const store = makeStore([files]);
    const request = { filter: null, maxResults: BEST, scoreThreshold: 0, weights: null };
    return async (question) => {
      const found = await search(store, { ...request, queries: [question] });
      return found.ok ? found.value.hits.map(({ filename }) => Number.parseInt(filename, 10)) : [];
    };
  },
};

const miniSearch: Peer = {
  name: "MiniSearch",
  index: (documents) => {
    const index = new MiniSearch<PeerDocument>({ fields: ["text"] });
    index.addAll(documents);
    return (question) =>
      index
        .search(question)
        .slice(0, BEST)
        .map(({ id }) => Number(id));
  },
};

const orama: Peer = {
  name: "Orama",
  index: async (documents) => {
    const index = create({ schema: { text: "string" } });
    await insertMultiple(
      index,
      documents.map(({ id, text }) => ({ id: String(id), text })),
    );
    return async (term) => {
      const { hits } = await searchOrama(index, { term, limit: BEST });
      return hits.map(({ id }) => Number(id));
    };
  },
};

const fts5: Peer = {
  name: "SQLite FTS5",
  index: (documents) => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE VIRTUAL TABLE passage USING fts5 (text, tokenize = 'porter unicode61')");
    const insert = database.prepare("INSERT INTO passage (rowid, text) VALUES (?, ?)");
    database.exec("BEGIN");
    for (const { id, text } of documents) insert.run(id + 1, text);
    database.exec("COMMIT");
    const find = database.prepare(
      `SELECT rowid AS id FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT ${BEST}`,
    );
    return (question) => {
      const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
      const either = words.map((word) => `"${word}"`).join(" OR ");
      return find.all(either).map(({ id }) => Number(id) - 1);
    };
  },
};

const sqliteVec: Peer = {
  name: "sqlite-vec, hash-1",
  index: (documents) => {
    const database = new DatabaseSync(":memory:", { allowExtension: true });
    load(database);
    database.exec("CREATE VIRTUAL TABLE vector USING vec0 (embedding float[512])");
    const insert = database.prepare("INSERT INTO vector (rowid, embedding) VALUES (?, ?)");
    database.exec("BEGIN");
    for (const { id, text } of documents) insert.run(BigInt(id + 1), toBytes(text));
    database.exec("COMMIT");
    const find = database.prepare(
      `SELECT rowid AS id FROM vector WHERE embedding MATCH ? AND k = ${BEST} ORDER BY distance`,
    );
    return (question) => find.all(toBytes(question)).map(({ id }) => Number(id) - 1);
  },
};

const toBytes = (text: string) => new Uint8Array(hashEmbedding(text).buffer);

/** All engines, in the order of the table. */
export const PEERS: readonly Peer[] = [edgewise, miniSearch, orama, fts5, sqliteVec];
