import { FIRST_ANALYZER, namedAnalyzer } from "../analysis/analyzer.ts";
import type { SearchPlan } from "../search-types.ts";

/**
 * The cached plans of one store, as a search uses them. A plan is valid as long as its content version is the store's.
 */
export type KnownPlans = {
  /**
   * Returns the plan of a search; null if it is not cached for all of its terms. `terms` returns the search's terms by
   * the plan's version of the analyzer.
   */
  find(terms: (analyzer: number) => readonly string[]): SearchPlan | null;
  /** Returns the version of the analyzer that the store's last plan had; 1 if none is known. */
  analyzer(): number;
  /** Caches a plan that was made for these terms. */
  keep(terms: readonly string[], plan: SearchPlan): void;
  /** Drops the store's plan, because its content version is outdated. The version of its analyzer stays known. */
  forget(): void;
};

/** The newest plan of a store, with the document counts of the terms that were asked for at its content version. */
type Entry = {
  readonly plan: Omit<SearchPlan, "documentCounts">;
  readonly counts: Map<string, number>;
};

/**
 * The limits of a `PlanCache` in units, for the whole cache and for one store. Each plan, and each of its terms, shards
 * and hidden files, counts as one unit.
 */
type Limits = { readonly unitsMax: number; readonly unitsOfStoreMax: number };

/** The limits in production. A unit is about 100 bytes, so the cache of an isolate has at most 5 MB. */
const LIMITS: Limits = { unitsMax: 50_000, unitsOfStoreMax: 20_000 };

/**
 * Caches the plans of recent searches in an isolate, by store. The key `store` is the name of the store's object, which
 * contains the project, so that no project finds the plans of another one. The least recently used store is dropped
 * first.
 */
export class PlanCache {
  readonly #entries = new Map<string, Entry>();
  /** The versions of the analyzer that are not the first, by store. */
  readonly #analyzers = new Map<string, number>();
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
      analyzer: () => this.#analyzers.get(store) ?? FIRST_ANALYZER.version,
      keep: (terms, plan) => this.#keep(store, terms, plan),
      forget: () => this.#drop(store),
    };
  }

  #find(store: string, terms: (analyzer: number) => readonly string[]): SearchPlan | null {
    const entry = this.#entries.get(store);
    if (!entry) return null;
    const documentCounts: number[] = [];
    for (const term of terms(namedAnalyzer(entry.plan))) {
      const count = entry.counts.get(term);
      if (count === undefined) return null;
      documentCounts.push(count);
    }
    this.#entries.delete(store);
    this.#entries.set(store, entry);
    return { ...entry.plan, documentCounts };
  }

  /** Caches a plan, unless a shard is missing in it or a newer plan is cached. */
  #keep(store: string, terms: readonly string[], plan: SearchPlan): void {
    const { documentCounts, ...rest } = plan;
    this.#noteAnalyzer(store, namedAnalyzer(plan));
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

  #noteAnalyzer(store: string, version: number): void {
    this.#analyzers.delete(store);
    if (version === FIRST_ANALYZER.version) return;
    if (this.#analyzers.size >= ANALYZERS_MAX) this.#analyzers.clear();
    this.#analyzers.set(store, version);
  }

  #drop(store: string): void {
    const entry = this.#entries.get(store);
    if (!entry) return;
    this.#entries.delete(store);
    this.#units -= measure(entry);
  }
}

/** Stores whose version of the analyzer is kept. One that is not costs a second request for a plan. */
const ANALYZERS_MAX = 5_000;

const measure = ({ plan, counts }: Entry) =>
  1 + counts.size + plan.shards.length + plan.hidden.length + plan.followed.length;
