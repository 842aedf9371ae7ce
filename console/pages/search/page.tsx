import { useEffect, useState } from "preact/hooks";

import { call, describe, isMissing } from "../../api/client.ts";
import type { SearchVectorStoreResponse } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Empty, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { type Query, useQuery } from "../../state/query.ts";
import { useStores } from "../../state/stores.ts";
import { compareRanks } from "./compare-ranks.ts";
import type { Hit } from "./compare-ranks.ts";
import { ConfigForm } from "./config-form.tsx";
import { HitDialog } from "./hit-dialog.tsx";
import { HitList } from "./hit-list.tsx";
import { RankLines } from "./rank-lines.tsx";
import { makeRequest, type SearchConfig, useSearchConfig } from "./search-config.ts";
import { StoreChange, useStoreIndex } from "./store-change.tsx";

/** Two configurations of retrieval side by side: the same question, its results, and the changes of rank between them. */
export default function SearchPage() {
  const [query, setQuery] = useParam("q");
  const stores = useStores();
  const newest = stores.first ?? "";
  const left = useSearchConfig("a", newest);
  const right = useSearchConfig("b", newest);
  const [open, setOpen] = useState<{ hit: Hit; config: SearchConfig } | null>(null);
  const one = useSearch(query, left);
  const other = useSearch(query, right);
  const indexes = useIndexes(query, left.store, right.store);
  const ranks = compareRanks(one.value?.data ?? [], other.value?.data ?? []);
  if (stores.value?.length === 0) return <NoStore />;
  return (
    <Page
      title="Search"
      width="wide"
      actions={
        <CopyCurl
          request={() =>
            describe("POST /v1/vector_stores/{vector_store_id}/search", makeRequest(query, left))
          }
        />
      }
    >
      <QueryForm query={query} onSearch={setQuery} />
      <div class="compare">
        <ConfigForm name="A" config={left} stores={stores} />
        <span />
        <ConfigForm name="B" config={right} stores={stores} />
      </div>
      {query === "" ? (
        <Empty icon="search" title="Compare two ways to search">
          <p>
            Write a question above. The two columns search with their own store, weights and limits;
            lines between them show which passages rise and fall, and each passage explains its
            score.
          </p>
        </Empty>
      ) : (
        <>
          <Legend />
          <div class="compare">
            <Results
              search={one}
              ranks={ranks.left}
              onOpen={(hit) => setOpen({ hit, config: left })}
            />
            <RankLines pairs={ranks.pairs} left={ranks.left.length} right={ranks.right.length} />
            <Results
              search={other}
              ranks={ranks.right}
              onOpen={(hit) => setOpen({ hit, config: right })}
            />
          </div>
          <StoreChange
            columns={[
              { name: "A", search: one, index: indexes.left },
              { name: "B", search: other, index: indexes.right },
            ]}
          />
        </>
      )}
      {open && (
        <HitDialog hit={open.hit} storeId={open.config.store} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

/** Watches the stores that are searched, each once. */
function useIndexes(query: string, left: string, right: string) {
  const isSearched = query !== "";
  const one = useStoreIndex(isSearched && left !== "" ? left : null);
  const other = useStoreIndex(isSearched && right !== "" && right !== left ? right : null);
  return { left: one, right: left === right ? one : other };
}

type Search = Query<SearchVectorStoreResponse | null>;

function useSearch(query: string, config: SearchConfig): Search {
  const key = JSON.stringify([
    query,
    config.store,
    config.weight,
    config.limit,
    config.least,
    config.where,
  ]);
  return useQuery(key, async (signal) => {
    if (query === "" || config.store === "") return null;
    const request = makeRequest(query, config);
    return await call("POST /v1/vector_stores/{vector_store_id}/search", { ...request, signal });
  });
}

type ResultsProps = {
  readonly search: Search;
  readonly ranks: Parameters<typeof HitList>[0]["ranks"];
  readonly onOpen: (hit: Hit) => void;
};

function Results({ search, ranks, onOpen }: ResultsProps) {
  if (search.error && (!search.value || !isMissing(search.error))) {
    return <SubjectNotice query={search} kind="store" />;
  }
  if (!search.value) return search.isLoading ? <Loading label="Searching" /> : <div />;
  const { data, cut = [], partial } = search.value;
  if (data.length === 0 && !partial) {
    return (
      <p class="soft">
        Nothing was found. Other words, a lower least score or another store may help.
      </p>
    );
  }
  return (
    <div class="stack">
      {partial && (
        <Note kind="warning">
          <p>A part of the store did not answer in time, so passages are missing. Search again.</p>
        </Note>
      )}
      <HitList ranks={ranks} onOpen={onOpen} />
      {cut.length > 0 && (
        <details>
          <summary class="soft small">Next best, left out ({cut.length})</summary>
          <ol class="cut">
            {cut.map((hit) => (
              <li key={hit.explanation?.chunk_id}>
                <button type="button" class="button quiet small" onClick={() => onOpen(hit)}>
                  {hit.score.toFixed(2)} <bdi>{hit.filename}</bdi>
                </button>
                <span class="soft small">
                  {hit.reason === "score_threshold"
                    ? "below the least score"
                    : "beyond the number of results"}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function QueryForm({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const [typed, setTyped] = useState(query);
  useEffect(() => setTyped(query), [query]);
  return (
    <form
      class="row search-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(typed.trim());
      }}
    >
      <input
        type="search"
        data-search
        aria-label="Question"
        placeholder="What do you look for?"
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <button type="submit" class="button primary">
        Search
      </button>
    </form>
  );
}

const Legend = () => (
  <p class="legend">
    <span>
      <i class="bar-words" /> Words
    </span>
    <span>
      <i class="bar-vectors" /> Vectors
    </span>
  </p>
);

const NoStore = () => (
  <Page title="Search">
    <Empty icon="stores" title="There is nothing to search yet">
      <p>Make a vector store and add files to it; then compare ways to search them.</p>
      <a class="button primary" href={link("/files")}>
        Add files
      </a>
    </Empty>
  </Page>
);
