import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { describe } from "../../api/client.ts";
import type { VectorStore } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { StoreForm } from "../../parts/store-form.tsx";
import { Age, Name, Status } from "../../parts/text.tsx";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { projectId } from "../../state/session.ts";
import { countOf, formatBytes } from "../../state/words.ts";

const PAGE_SIZE = 100;

/** The vector stores of a project. */
export function StoreList() {
  const [isMaking, setMaking] = useState(false);
  const { route } = useLocation();
  const pages = useLivePages("GET /v1/vector_stores", `stores:${projectId.value}`, (after) => ({
    query: { limit: PAGE_SIZE, after },
  }));
  const make = (
    <button type="button" class="button primary" onClick={() => setMaking(true)}>
      <Icon name="plus" size={16} /> New store
    </button>
  );
  return (
    <Page
      title="Stores"
      actions={
        <>
          <CopyCurl request={describe("GET /v1/vector_stores", { query: { limit: PAGE_SIZE } })} />
          {make}
        </>
      }
    >
      <List
        label="Vector stores"
        pages={pages}
        columns="minmax(0, 3fr) 8rem 7rem 6rem 8rem"
        keyOf={({ id }) => id}
        row={(store) => <StoreRow store={store} />}
        empty={
          <Empty icon="stores" title="No vector store yet">
            <p>A vector store is a set of files that are searched together.</p>
            {make}
          </Empty>
        }
      />
      {isMaking && (
        <Dialog title="New vector store" onClose={() => setMaking(false)}>
          <StoreForm onMade={(id) => route(link(`/stores/${id}`))} />
        </Dialog>
      )}
    </Page>
  );
}

/** The words for the status of a store. */
export const STORE_STATUS: Readonly<Record<VectorStore["status"], string>> = {
  in_progress: "Indexing",
  completed: "Ready",
  expired: "Expired",
};

function StoreRow({ store }: { store: VectorStore }) {
  const { id, name, status, file_counts: counts, usage_bytes: bytes, last_active_at: used } = store;
  return (
    <a class="list-row" href={link(`/stores/${id}`)}>
      <span class="title">
        <Name of={name || id} />
        {counts.failed > 0 && <span class="under">{countOf(counts.failed, "file")} failed</span>}
      </span>
      <span>
        <Status of={status} label={STORE_STATUS[status]} />
      </span>
      <span class="soft minor number">{countOf(counts.total, "file")}</span>
      <span class="soft minor number">{formatBytes(bytes)}</span>
      <span class="soft minor">
        used <Age at={used} />
      </span>
    </a>
  );
}
