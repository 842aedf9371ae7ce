import { describe, it } from "vitest";

import {
  type AttachedCopies,
  decideAttached,
  decideStray,
} from "../../../src/ingest/reconcile/decide-file.ts";
import type { ReconciledFiles } from "../../../src/knowledge/reconciliation.ts";

const KNOWN = 10;
const ATTACHED = { version: 5, chunkCount: 3, status: "completed", isAlias: false } as const;
const CORPUS = { version: 5, chunkCount: 3, chunksStored: 3, deleted: false };
const SHARD = { version: 5, chunkCount: 3 };
const WHOLE: AttachedCopies = {
  attached: ATTACHED,
  isInCatalog: true,
  corpus: CORPUS,
  shard: SHARD,
};
const REMOVED = { version: 7, chunkCount: 0, chunksStored: 0, deleted: true };

type Case = {
  readonly when: string;
  readonly copies: Partial<AttachedCopies>;
  readonly files?: ReconciledFiles;
  readonly is: ReturnType<typeof decideAttached>;
};

const CASES: readonly Case[] = [
  { when: "all copies agree", copies: {}, is: "keep" },
  { when: "all copies agree, and all files are wanted", copies: {}, files: "all", is: "index" },
  {
    when: "the file has changed since",
    copies: { attached: { ...ATTACHED, version: KNOWN + 1 }, corpus: null, isInCatalog: false },
    is: "keep",
  },
  { when: "the catalog does not have it", copies: { isInCatalog: false }, is: "detach" },
  { when: "the corpus lost it", copies: { corpus: null }, is: "index" },
  {
    when: "the corpus has an older version",
    copies: { corpus: { ...CORPUS, version: 4 } },
    is: "index",
  },
  {
    when: "the corpus lacks chunks",
    copies: { corpus: { ...CORPUS, chunksStored: 2 } },
    is: "index",
  },
  {
    when: "the corpus has other chunks",
    copies: { corpus: { ...CORPUS, chunkCount: 2 } },
    is: "index",
  },
  {
    when: "the corpus has its own tombstone",
    copies: { corpus: { ...CORPUS, deleted: true, version: 5 } },
    is: "index",
  },
  { when: "the corpus knows that it was removed later", copies: { corpus: REMOVED }, is: "detach" },
  {
    when: "an alias was removed later",
    copies: { attached: { ...ATTACHED, isAlias: true }, corpus: REMOVED },
    is: "detach",
  },
  {
    when: "the corpus knows it better",
    copies: { corpus: { ...CORPUS, version: 6 } },
    is: "index",
  },
  { when: "the shard lost it", copies: { shard: null }, is: "index" },
  {
    when: "the shard has an older version",
    copies: { shard: { ...SHARD, version: 3 } },
    is: "index",
  },
  {
    when: "the shard has fewer chunks",
    copies: { shard: { ...SHARD, chunkCount: 1 } },
    is: "index",
  },
  {
    when: "an alias has no chunks",
    copies: { attached: { ...ATTACHED, isAlias: true }, corpus: null, shard: null },
    files: "all",
    is: "keep",
  },
  {
    when: "it waits to be indexed",
    copies: { attached: { ...ATTACHED, status: "in_progress" }, corpus: null, shard: null },
    is: "keep",
  },
  {
    when: "it waits to be indexed under a version that the corpus refuses",
    copies: { attached: { ...ATTACHED, status: "in_progress" }, corpus: { ...CORPUS, version: 8 } },
    is: "index",
  },
  {
    when: "it failed",
    copies: { attached: { ...ATTACHED, status: "failed" }, corpus: null, shard: null },
    files: "all",
    is: "keep",
  },
];

describe("decideAttached", () => {
  it.for(CASES)("$is: $when", ({ copies, files = "different", is }, { expect }) => {
    expect(decideAttached({ ...WHOLE, ...copies }, { known: KNOWN }, files)).toBe(is);
  });
});

describe("decideStray", () => {
  const bounds = { known: KNOWN, floor: 15 };
  const decide = (version: number) => decideStray({ version }, bounds);

  it("attaches what the store's object does not know yet", ({ expect }) => {
    expect([KNOWN + 1, 15].map(decide)).toEqual(["attach", "attach"]);
  });

  it("purges what it knew, and what was written since", ({ expect }) => {
    expect([1, KNOWN, 16].map(decide)).toEqual(["purge", "purge", "purge"]);
  });
});
