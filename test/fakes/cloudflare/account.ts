import { DatabaseSync } from "node:sqlite";

/** A database of the account; its statements run on SQLite. */
export type FakeDatabase = {
  readonly uuid: string;
  readonly name: string;
  readonly location: string | null;
  readonly jurisdiction: string | null;
  readonly sqlite: DatabaseSync;
};
/** A vector index of the account. */
export type FakeIndex = {
  readonly name: string;
  readonly config: { readonly dimensions: number; readonly metric: string };
  readonly metadataIndexes: { readonly propertyName: string; readonly indexType: string }[];
};
/** A bucket of the account. */
export type FakeBucket = {
  readonly name: string;
  readonly location: string | null;
  readonly jurisdiction: string | null;
};
/** A queue of the account. */
export type FakeQueue = {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string | null;
  readonly consumers: object[];
};
/** The deployed Worker. */
export type FakeScript = {
  readonly name: string;
  readonly secrets: Map<string, string>;
  /** Bindings of the last upload: names by types. */
  bindings: readonly { readonly type: string; readonly name: string }[];
  uploads: number;
  crons: readonly string[];
};

/** An account of Cloudflare in memory. */
export class FakeAccount {
  readonly databases = new Map<string, FakeDatabase>();
  readonly buckets = new Map<string, FakeBucket>();
  readonly queues = new Map<string, FakeQueue>();
  readonly indexes = new Map<string, FakeIndex>();
  readonly scripts = new Map<string, FakeScript>();
  #ids = 0;

  newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, "0")}`;
  }

  addDatabase(name: string, place: Partial<Pick<FakeDatabase, "location" | "jurisdiction">> = {}) {
    const database: FakeDatabase = {
      uuid: this.newId(),
      name,
      location: place.location ?? null,
      jurisdiction: place.jurisdiction ?? null,
      sqlite: new DatabaseSync(":memory:"),
    };
    this.databases.set(name, database);
    return database;
  }

  findDatabase(nameOrId: string): FakeDatabase | undefined {
    return (
      this.databases.get(nameOrId) ??
      [...this.databases.values()].find(({ uuid }) => uuid === nameOrId)
    );
  }

  addQueue(name: string, jurisdiction: string | null = null): FakeQueue {
    const queue = { id: this.newId().replaceAll("-", ""), name, jurisdiction, consumers: [] };
    this.queues.set(name, queue);
    return queue;
  }

  findQueue(id: string): FakeQueue | undefined {
    return [...this.queues.values()].find((queue) => queue.id === id);
  }

  /** Lists everything that exists, without ids and secrets, to compare accounts. */
  describe() {
    return {
      databases: [...this.databases.values()]
        .map((database) => ({ name: database.name, tables: listTables(database) }))
        .toSorted((one, other) => one.name.localeCompare(other.name)),
      buckets: [...this.buckets.keys()].toSorted(),
      queues: [...this.queues.values()]
        .map(({ name, consumers }) => ({ name, consumers: consumers.length }))
        .toSorted((one, other) => one.name.localeCompare(other.name)),
      indexes: [...this.indexes.values()].toSorted((one, other) =>
        one.name.localeCompare(other.name),
      ),
      scripts: [...this.scripts.values()].map(({ name, secrets, bindings, crons }) => ({
        name,
        secrets: [...secrets.keys()].toSorted(),
        bindings: bindings.map((binding) => `${binding.type} ${binding.name}`).toSorted(),
        crons,
      })),
    };
  }
}

const listTables = ({ sqlite }: FakeDatabase) =>
  sqlite
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name);
