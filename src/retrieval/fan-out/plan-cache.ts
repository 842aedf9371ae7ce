import type { SearchPlan } from "../search-types.ts";

/** The plans of one store that are known, as a search uses them. A plan is valid while its content version is current. */
export type KnownPlans = {
  /** Returns the plan of a search for these terms, or null if it is not known for all of them. */
  find(terms: readonly string[]): SearchPlan | null;
  /** Remembers a plan that was made for these terms. */
  keep(terms: readonly string[], plan: SearchPlan): void;
  /** Forgets the store's plan, because its content version is not current any more. */
  forget(): void;
};

/** The newest plan of a store, with the counts of all terms that were asked for at its content version. */
type Entry = {
  readonly plan: Omit<SearchPlan, "documentCounts">;
  readonly counts: Map<string, number>;
};

/** The limits of a `PlanCache`. A term, a shard and a hidden file of a plan count as one unit each, and a plan as one. */
type Limits = { readonly unitsMax: number; readonly unitsOfStoreMax: number };

/** About 100 bytes a unit, so 5 MB in an isolate. */
const LIMITS: Limits = { unitsMax: 50_000, unitsOfStoreMax: 20_000 };

/**
 * The plans of searches that an isolate has made lately, by store. `store` is always the name of the store's object,
 * which contains the project, so no project finds the plans of another one. The least recently used stores are
 * forgotten.
 */
export class PlanCache {
  readonly #entries = new Map<string, Entry>();
  readonly #limits: Limits;
  #units = 0;

  constructor(limits: Limits = LIMITS) {
    this.#limits = limits;
  }

  /** The number of units that are kept, at most `unitsMax`. */
  get units(): number {
    return this.#units;
  }

  /** Returns the plans of one store. */
  ofStore(store: string): KnownPlans {
    return {
      find: (terms) => this.#find(store, terms),
      keep: (terms, plan) => this.#keep(store, terms, plan),
      forget: () => this.#drop(store),
    };
  }

  #find(store: string, terms: readonly string[]): SearchPlan | null {
    const entry = this.#entries.get(store);
    if (!entry) return null;
    const documentCounts: number[] = [];
    for (const term of terms) {
      const count = entry.counts.get(term);
      if (count === undefined) return null;
      documentCounts.push(count);
    }
    this.#entries.delete(store);
    this.#entries.set(store, entry);
    return { ...entry.plan, documentCounts };
  }

  /** A plan without all shards is not kept, nor one that is older than the known one: it was made before that. */
  #keep(store: string, terms: readonly string[], plan: SearchPlan): void {
    const { documentCounts, ...rest } = plan;
    if (plan.unavailable.length > 0) return;
    const known = this.#entries.get(store);
    if (known && known.plan.contentVersion > plan.contentVersion) return;
    const fresh = terms.map((term, index) => [term, documentCounts[index] ?? 0] as const);
    const isSame = known?.plan.contentVersion === plan.contentVersion;
    const merged = new Map([...(isSame ? known.counts : []), ...fresh]);
    const isSmall = measure({ plan: rest, counts: merged }) <= this.#limits.unitsOfStoreMax;
    const entry = { plan: rest, counts: isSmall ? merged : new Map(fresh) };
    this.#drop(store);
    if (measure(entry) > this.#limits.unitsOfStoreMax) return;
    this.#entries.set(store, entry);
    this.#units += measure(entry);
    for (const [oldest] of this.#entries) {
      if (this.#units <= this.#limits.unitsMax) break;
      this.#drop(oldest);
    }
  }

  #drop(store: string): void {
    const entry = this.#entries.get(store);
    if (!entry) return;
    this.#entries.delete(store);
    this.#units -= measure(entry);
  }
}

const measure = ({ plan, counts }: Entry) =>
  1 + counts.size + plan.shards.length + plan.hidden.length;
