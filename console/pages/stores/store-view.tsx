import { useLocation } from "preact-iso";

import { call, describe } from "../../api/client.ts";
import type { VectorStore, VectorStoreIndex } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { link, linkWith } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { isGone } from "../../state/query.ts";
import { countOf, formatBytes, formatNumber } from "../../state/words.ts";
import { NewestFiles } from "./newest-files.tsx";
import { ReindexNote } from "./reindex-note.tsx";
import { Shards } from "./shards.tsx";
import { STORE_STATUS } from "./store-list.tsx";
import { StoreSettings } from "./store-settings.tsx";

/** One vector store: its files by status, its index and shards, its expiry and its metadata. */
export function StoreView({ storeId }: { storeId: string }) {
  const path = { vector_store_id: storeId };
  const store = useLive(storeId, "GET /v1/vector_stores/{vector_store_id}", { path });
  const known = store.value;
  const index = useLive(storeId, "GET /v1/vector_stores/{vector_store_id}/index", {
    path,
    query: { include: ["edgewise.reindex"] },
  });
  return (
    <Page
      title={known ? known.name || known.id : "Store"}
      back={{ href: link("/stores"), label: "Stores" }}
      actions={
        <>
          <CopyCurl request={describe("GET /v1/vector_stores/{vector_store_id}", { path })} />
          {known && !isGone(store) && (
            <>
              <a class="button small" href={link(`/stores/${storeId}/reindex`)}>
                <Icon name="retry" size={16} /> Reindex
              </a>
              <Actions store={known} />
            </>
          )}
        </>
      }
    >
      <SubjectNotice
        query={store}
        kind="store"
        forms={[`store-${storeId}`, `reindex-${storeId}`]}
      />
      {!known && store.isLoading && <Loading />}
      {known && <Known store={known} index={index.value} onChanged={store.reload} />}
      {!store.error && <ErrorNotice error={index.error} retry={index.reload} />}
    </Page>
  );
}

type KnownProps = {
  readonly store: VectorStore;
  readonly index: VectorStoreIndex | undefined;
  readonly onChanged: () => void;
};

function Known({ store, index, onChanged }: KnownProps) {
  const { id, status, file_counts: counts } = store;
  return (
    <>
      {status === "expired" && (
        <Note kind="warning">
          <p>
            The store has expired, so no search reads it. Its files are kept: attach them to a new
            store.
          </p>
        </Note>
      )}
      {index?.reindex && <ReindexNote reindex={index.reindex} />}
      <Facts
        facts={[
          ["Status", <Status of={status} label={STORE_STATUS[status]} />],
          ["Size", formatBytes(store.usage_bytes)],
          ["Model of the vectors", index?.embedding_model ?? "…"],
          ["Chunks", index ? formatNumber(index.chunk_count) : "…"],
          ["Last used", <Age at={store.last_active_at} />],
          ["Expires", store.expires_at === null ? "Never" : <Age at={store.expires_at} />],
          ["Made", <Age at={store.created_at} />],
          ["Id", <code>{id}</code>],
        ]}
      />
      <section class="card stack" aria-label="Files">
        <h2>Files</h2>
        <div class="row">
          {COUNTS.map(([name, label]) => (
            <a key={name} class="count" href={linkWith("/files", { store: id, status: name })}>
              <b>{formatNumber(counts[name])}</b> {label}
            </a>
          ))}
        </div>
        <div class="row">
          <a class="button" href={linkWith("/files", { store: id })}>
            <Icon name="files" size={16} /> See the files
          </a>
          <a class="button" href={linkWith("/search", { a: id })}>
            <Icon name="search" size={16} /> Search
          </a>
          <a class="button" href={linkWith("/ask", { stores: id })}>
            <Icon name="ask" size={16} /> Ask
          </a>
        </div>
      </section>
      {counts.total > 0 && <NewestFiles storeId={id} />}
      {index && index.shards.length > 0 && <Shards index={index} />}
      <StoreSettings store={store} onChanged={onChanged} />
    </>
  );
}

const COUNTS = [
  ["completed", "indexed"],
  ["in_progress", "being indexed"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const;

function Actions({ store }: { store: VectorStore }) {
  const { route } = useLocation();
  const remove = async () => {
    const path = { vector_store_id: store.id };
    await call("DELETE /v1/vector_stores/{vector_store_id}", { path });
    route(link("/stores"));
  };
  return (
    <RemoveButton title="Delete the store?" remove={remove}>
      Its index is erased, with {countOf(store.file_counts.total, "file")} in it. The files
      themselves are kept, and can be attached to another store.
    </RemoveButton>
  );
}
