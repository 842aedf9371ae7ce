import { describe, isMissing } from "../../api/client.ts";
import type { VectorStoreFile } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterChoice, statusChoices } from "../../parts/filters.tsx";
import { List } from "../../parts/list.tsx";
import { Empty, ErrorNotice, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Name, Status, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { linkWith } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { useStores } from "../../state/stores.ts";
import { formatBytes } from "../../state/words.ts";
import { FILE_STATUS, labelFile } from "./file-status.ts";
import { NewStore } from "./new-store.tsx";
import { Uploads } from "./uploads.tsx";

const PAGE_SIZE = 100;

/** The files of one vector store. The parameter `store` of the address names it; without it, it is the newest. */
export function FileList() {
  const stores = useStores();
  const [named] = useParam("store");
  if (stores.value?.length === 0 && named === "") return <NewStore onMade={stores.reload} />;
  const storeId = named || stores.first;
  if (!storeId) {
    return (
      <Page title="Files">
        {stores.error ? <ErrorNotice error={stores.error} retry={stores.reload} /> : <Loading />}
      </Page>
    );
  }
  const choices = (stores.value ?? []).map(({ id, name }) => ({ value: id, label: name || id }));
  return (
    <StoreFiles
      key={storeId}
      storeId={storeId}
      stores={choices}
      standard={stores.first}
      onChoose={stores.reload}
    />
  );
}

type StoreFilesProps = {
  readonly storeId: string;
  readonly stores: readonly { readonly value: string; readonly label: string }[];
  readonly standard: string | undefined;
  /** Reads the stores again. */
  readonly onChoose: () => void;
};

function StoreFiles({ storeId, stores, standard, onChoose }: StoreFilesProps) {
  const [status] = useParam("status");
  const request = (after: string | undefined) => ({
    path: { vector_store_id: storeId },
    query: {
      limit: PAGE_SIZE,
      after,
      filter: STATUSES.find((one) => one === status),
      include: ["edgewise.filename" as const, "edgewise.stage" as const],
    },
  });
  const pages = useLivePages(
    "GET /v1/vector_stores/{vector_store_id}/files",
    `${storeId}:${status}`,
    request,
  );
  const subject = { ...pages, value: pages.items.length > 0 ? pages.items : undefined };
  return (
    <Page
      title="Files"
      actions={
        <CopyCurl
          request={() =>
            describe("GET /v1/vector_stores/{vector_store_id}/files", request(undefined))
          }
        />
      }
    >
      <div class="toolbar">
        <FilterChoice
          name="store"
          label="Vector store"
          choices={stores}
          standard={standard}
          onOpen={onChoose}
        />
        <FilterChoice name="status" label="Status" choices={CHOICES} />
      </div>
      <SubjectNotice query={subject} kind="store" />
      {!isMissing(pages.error) && <Uploads storeId={storeId} />}
      <List
        label="Files"
        pages={isMissing(pages.error) ? { ...pages, error: undefined } : pages}
        columns="minmax(0, 3fr) 9rem 6rem 8rem"
        keyOf={({ id }) => id}
        row={(file) => <FileRow file={file} />}
        empty={
          isMissing(pages.error) ? null : (
            <Empty icon="files" title={status ? "No file has this status" : "No files yet"}>
              {status ? (
                <ClearFilters names={["status"]} />
              ) : (
                <p>Drop files above, or choose a folder. Then ask about them.</p>
              )}
            </Empty>
          )
        }
      />
    </Page>
  );
}

const STATUSES = ["in_progress", "completed", "failed", "cancelled"] as const;
const CHOICES = statusChoices("All files", STATUSES, (status) => FILE_STATUS[status]);

function FileRow({ file }: { file: VectorStoreFile }) {
  const { id, filename = id, status, last_error: error, usage_bytes: bytes } = file;
  return (
    <a class="list-row" href={linkWith(`/files/${id}`, { store: file.vector_store_id })}>
      <span class="title">
        <Name of={filename} />
        {error && (
          <span class="under">
            <Words of={error.message} />
          </span>
        )}
      </span>
      <span>
        <Status of={status} label={labelFile(file)} />
      </span>
      <span class="soft minor number">{bytes > 0 ? formatBytes(bytes) : ""}</span>
      <span class="soft minor">
        <Age at={file.created_at} />
      </span>
    </a>
  );
}
