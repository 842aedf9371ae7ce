import { useParam } from "../../state/address.ts";
import { readWhere } from "../../state/where.ts";

/** A configuration of retrieval, kept in the address under the letter of its column. */
export type SearchConfig = {
  readonly store: string;
  /** Weight of the vectors in percent; the words have the rest. Null for the weights that the service chooses. */
  readonly weight: number | null;
  readonly limit: number;
  readonly least: number;
  readonly where: string;
  readonly set: (name: "store" | "weight" | "limit" | "least" | "where", value: string) => void;
};

const LIMIT = 10;

/** Reads the configuration of a column from the address. */
export function useSearchConfig(letter: "a" | "b", newest: string): SearchConfig {
  const [store, setStore] = useParam(letter);
  const [weight, setWeight] = useParam(`${letter}w`);
  const [limit, setLimit] = useParam(`${letter}n`);
  const [least, setLeast] = useParam(`${letter}s`);
  const [where, setWhere] = useParam(`${letter}f`);
  const setters = {
    store: setStore,
    weight: setWeight,
    limit: setLimit,
    least: setLeast,
    where: setWhere,
  };
  return {
    store: store || newest,
    weight: weight === "" ? null : Math.min(100, Math.max(0, Number(weight) || 0)),
    limit: Math.min(50, Math.max(1, Number(limit) || LIMIT)),
    least: Math.min(1, Math.max(0, Number(least) || 0)),
    where,
    set: (name, value) => setters[name](value),
  };
}

/** Makes the request of a search with a configuration. */
export function makeRequest(query: string, { store, weight, limit, least, where }: SearchConfig) {
  const filters = readWhere(where);
  const hybrid =
    weight === null
      ? {}
      : { hybrid_search: { embedding_weight: weight / 100, text_weight: 1 - weight / 100 } };
  return {
    path: { vector_store_id: store },
    body: {
      query,
      max_num_results: limit,
      explain: true,
      include: ["edgewise.grounding" as const],
      ranking_options: { score_threshold: least, ...hybrid },
      ...(filters && { filters }),
    },
  };
}
