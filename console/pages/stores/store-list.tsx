import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { describe } from "../../api/client.ts";
import type { VectorStore } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FilterChoice, FilterField, NoMatch, statusChoices } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { StoreForm } from "../../parts/store-form.tsx";
import { Age, Name, Status } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { projectId } from "../../state/session.ts";
import { countOf, formatBytes } from "../../state/words.ts";

const PAGE_SIZE = 100;

/** The vector stores of a project. */
export function StoreList() {
  const [isMaking, setMaking] = useState(false);
  const { route } = useLocation();
  const [name] = useParam("name");
  const [status] = useParam("status");
  const request = (after: string | undefined) => ({
    query: {
      limit: PAGE_SIZE,
      after,
      name: name || undefined,
      status: STATUSES.find((one) => one === status),
    },
  });
  const key = `stores:${projectId.value}:${status}:${name}`;
  const pages = useLivePages("GET /v1/vector_stores", key, request);
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
          <CopyCurl request={() => describe("GET /v1/vector_stores", request(undefined))} />
          {make}
        </>
      }
    >
      <div class="toolbar">
        <FilterField name="name" label="Name of a store" />
        <FilterChoice name="status" label="Status" choices={CHOICES} />
      </div>
      <List
        label="Vector stores"
        pages={pages}
        columns="minmax(0, 3fr) 8rem 7rem 6rem 8rem"
        keyOf={({ id }) => id}
        row={(store) => <StoreRow store={store} />}
        empty={
          name !== "" || status !== "" ? (
            <NoMatch icon="stores" title="No store matches these filters" names={FILTERS} />
          ) : (
            <Empty icon="stores" title="No vector store yet">
              <p>A vector store is a set of files that are searched together.</p>
              {make}
            </Empty>
          )
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

const FILTERS = ["name", "status"] as const;
const STATUSES = ["in_progress", "completed", "expired"] as const;
const CHOICES = statusChoices("All stores", STATUSES, (status) => STORE_STATUS[status]);

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
