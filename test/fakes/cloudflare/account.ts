import { FakeDatabase, type Place } from "./database.ts";

/** A vector index of the account. */
export type FakeIndex = {
  readonly name: string;
  readonly config: { readonly dimensions: number; readonly metric: string };
  readonly metadataIndexes: { readonly propertyName: string; readonly indexType: string }[];
};
/** A queue of the account. */
export type FakeQueue = {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string | null;
  readonly consumers: object[];
};
/** A bucket of the account. */
export type FakeBucket = {
  readonly name: string;
  readonly location: string | null;
  readonly jurisdiction: string | null;
  /** The number of its objects. */
  objects: number;
  rules: readonly object[];
};
/** The deployed Worker. */
export type FakeScript = {
  readonly name: string;
  readonly secrets: Map<string, string>;
  /** The bindings of the last upload, without secrets. */
  bindings: readonly { readonly type: string; readonly name: string }[];
  /** The tag of the last migration of its object classes. */
  migrationTag: string | null;
  uploads: number;
  /** Its versions in the order of their deployments: numbers of uploads. */
  deployments: readonly number[];
  crons: readonly string[];
};

/** An account of Cloudflare in memory. */
export class FakeAccount {
  databases = new Map<string, FakeDatabase>();
  buckets = new Map<string, FakeBucket>();
  queues = new Map<string, FakeQueue>();
  indexes = new Map<string, FakeIndex>();
  scripts = new Map<string, FakeScript>();
  #ids = 0;

  newId(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, "0")}`;
  }

  addDatabase(name: string, place: Partial<Place> = {}): FakeDatabase {
    const { location = null, jurisdiction = null } = place;
    const database = new FakeDatabase({ uuid: this.newId(), name, location, jurisdiction });
    this.databases.set(name, database);
    return database;
  }

  findDatabase(nameOrId: string): FakeDatabase | undefined {
    return (
      this.databases.get(nameOrId) ??
      [...this.databases.values()].find(({ uuid }) => uuid === nameOrId)
    );
  }

  /** Returns the Worker of the name, which is added if there is none. */
  ensureScript(name: string): FakeScript {
    const script: FakeScript = this.scripts.get(name) ?? {
      name,
      secrets: new Map<string, string>(),
      bindings: [],
      migrationTag: null,
      uploads: 0,
      deployments: [],
      crons: [],
    };
    this.scripts.set(name, script);
    return script;
  }

  addQueue(name: string, jurisdiction: string | null = null): FakeQueue {
    const queue = { id: this.newId().replaceAll("-", ""), name, jurisdiction, consumers: [] };
    this.queues.set(name, queue);
    return queue;
  }

  findQueue(id: string): FakeQueue | undefined {
    return [...this.queues.values()].find((queue) => queue.id === id);
  }

  /** Copies the account: later changes of it do not reach the copy. */
  copy(): FakeAccount {
    const copy = new FakeAccount();
    copy.#ids = this.#ids;
    copy.databases = new Map(
      Array.from(this.databases, ([name, database]) => [name, database.copy()]),
    );
    copy.buckets = structuredClone(this.buckets);
    copy.queues = structuredClone(this.queues);
    copy.indexes = structuredClone(this.indexes);
    copy.scripts = structuredClone(this.scripts);
    return copy;
  }

  /** Takes the state of another account, which must not change any more. */
  become(other: FakeAccount): void {
    const { databases, buckets, queues, indexes, scripts } = other;
    Object.assign(this, { databases, buckets, queues, indexes, scripts });
    this.#ids = other.#ids;
  }

  /** Lists the ids of the API keys that the catalogs have. */
  listKeys(): string[] {
    const catalogs = [...this.databases.values()].filter((one) => one.hasTable("api_key"));
    return catalogs.flatMap((catalog) =>
      catalog.run("SELECT id FROM api_key").map(({ id }) => String(id)),
    );
  }

  /** Returns the whole state as text, to tell whether two accounts are in the same one. */
  print(): string {
    const { buckets, queues, indexes } = this;
    const databases = Array.from(this.databases.values(), (one) => [one.uuid, one.changes, one]);
    const scripts = Array.from(this.scripts.values(), (one) => [one, [...one.secrets]]);
    const rest = [buckets, queues, indexes].map((all) => [...all.values()]);
    return JSON.stringify([this.#ids, databases, scripts, rest]);
  }

  /** Lists everything that exists, without ids and secrets, to compare accounts. */
  describe() {
    return {
      databases: [...this.databases.values()]
        .map((database) => ({ name: database.name, tables: database.countRows() }))
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
