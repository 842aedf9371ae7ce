import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";

import { call, describe, open } from "../../api/client.ts";
import type { UploadedFile, VectorStoreFile } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { OriginalPdf } from "../../parts/source/original.tsx";
import { SourceText } from "../../parts/source/source-text.tsx";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { findStoreFile } from "../../state/find-store.ts";
import { link } from "../../state/links.ts";
import { type Query, useQuery } from "../../state/query.ts";
import { countOf, formatBytes } from "../../state/words.ts";
import { FILE_STATUS } from "./file-status.ts";

/** Interval at which a file is read again while it is being indexed, in milliseconds. */
const REFRESH_MS = 1_000;

/** One file: its properties, its text with the chunks, and beside it the original of a PDF. */
export function FileView({ fileId }: { fileId: string }) {
  const [store] = useParam("store");
  const path = { file_id: fileId };
  const file = useQuery(fileId, (signal) => call("GET /v1/files/{file_id}", { path, signal }));
  const indexed = useQuery(
    `${store}:${fileId}`,
    (signal) => findStoreFile(fileId, store === "" ? [] : [store], signal),
    { refreshMs: (known) => (known?.status === "in_progress" ? REFRESH_MS : null) },
  );
  const known = file.value;
  const request = describe("GET /v1/vector_stores/{vector_store_id}/files/{file_id}/chunks", {
    path: { vector_store_id: indexed.value?.vector_store_id ?? "vs_…", file_id: fileId },
  });
  return (
    <Page
      title={known?.filename ?? "File"}
      width={known && isPdf(known) ? "wide" : "normal"}
      back={{ href: link(`/files${store === "" ? "" : `?store=${store}`}`), label: "Files" }}
      actions={
        <>
          <CopyCurl request={request} />
          {known && <Actions file={known} indexed={indexed} />}
        </>
      }
    >
      <ErrorNotice error={file.error} retry={file.reload} />
      {!known && file.isLoading && <Loading />}
      {known && <Known file={known} indexed={indexed} />}
    </Page>
  );
}

const isPdf = ({ filename }: UploadedFile) => /\.pdf$/i.test(filename);

type Indexed = Query<VectorStoreFile | null>;

function Known({ file, indexed }: { file: UploadedFile; indexed: Indexed }) {
  const [chunk] = useParam("chunk");
  const [start] = useParam("start");
  const [end] = useParam("end");
  const mark = start === "" || end === "" ? null : { start: Number(start), end: Number(end) };
  const stored = indexed.value;
  return (
    <>
      <FileFacts file={file} stored={stored} />
      <ErrorNotice error={indexed.error} retry={indexed.reload} />
      {stored?.last_error && (
        <Note kind="warning">
          <p>{stored.last_error.message}</p>
        </Note>
      )}
      {stored?.warnings && stored.warnings.length > 0 && (
        <Note kind="warning">
          <p>
            Lost when the text was read: {stored.warnings.map(({ message }) => message).join(", ")}.
          </p>
        </Note>
      )}
      {stored === null && (
        <Empty icon="stores" title="In no vector store">
          <p>
            The file is stored but not indexed, so no search finds it. Attach it to a store to ask
            about it.
          </p>
        </Empty>
      )}
      {stored?.status === "in_progress" && <Loading label="The file is being indexed" />}
      <div class={isPdf(file) ? "beside" : undefined}>
        {stored?.status === "completed" && (
          <section class="card" aria-label="Extracted text">
            <SourceText
              storeId={stored.vector_store_id}
              fileId={file.id}
              chunkId={chunk || null}
              mark={mark}
            />
          </section>
        )}
        {isPdf(file) && (
          <section aria-label="Original">
            <OriginalPdf fileId={file.id} bytes={file.bytes} quote={null} />
          </section>
        )}
      </div>
    </>
  );
}

function FileFacts({
  file,
  stored,
}: {
  file: UploadedFile;
  stored: VectorStoreFile | null | undefined;
}) {
  const chunking = stored?.chunking_strategy.static;
  const attributes = Object.entries(stored?.attributes ?? {});
  return (
    <>
      <Facts
        facts={[
          [
            "Status",
            stored ? (
              <Status of={stored.status} label={FILE_STATUS[stored.status]} />
            ) : (
              "Not indexed"
            ),
          ],
          ["Size", formatBytes(file.bytes)],
          ["Uploaded", <Age at={file.created_at} />],
          [
            "Chunks",
            chunking
              ? `up to ${countOf(chunking.max_chunk_size_tokens, "token")}, ${chunking.chunk_overlap_tokens} repeated`
              : "–",
          ],
          [
            "Deleted",
            file.expires_at === undefined ? "Never by itself" : <Age at={file.expires_at} />,
          ],
        ]}
      />
      {attributes.length > 0 && (
        <div class="tags" aria-label="Attributes">
          {attributes.map(([name, value]) => (
            <bdi key={name} class="tag">
              {name} = {String(value)}
            </bdi>
          ))}
        </div>
      )}
    </>
  );
}

function Actions({ file, indexed }: { file: UploadedFile; indexed: Indexed }) {
  const [error, setError] = useState<unknown>();
  const { route } = useLocation();
  const stored = indexed.value;
  const again = async () => {
    if (!stored) return;
    const path = { vector_store_id: stored.vector_store_id, file_id: file.id };
    await call("POST /v1/vector_stores/{vector_store_id}/files/{file_id}/reingest", { path });
    indexed.reload();
  };
  const remove = async () => {
    await call("DELETE /v1/files/{file_id}", { path: { file_id: file.id } });
    route(link("/files"));
  };
  const guard = (work: () => Promise<void>) => () => void work().catch(setError);
  return (
    <>
      <button type="button" class="button small" onClick={guard(() => save(file))}>
        Save the original
      </button>
      {stored && stored.status !== "in_progress" && (
        <button type="button" class="button small" onClick={guard(again)}>
          <Icon name="retry" size={16} /> Read again
        </button>
      )}
      <RemoveButton title="Delete the file?" remove={remove}>
        The file leaves every vector store, and no search finds it any more. Answers that cited it
        keep their quotes.
      </RemoveButton>
      <ErrorNotice error={error} />
    </>
  );
}

async function save({ id, filename }: UploadedFile): Promise<void> {
  const response = await open("GET /v1/files/{file_id}/content", { path: { file_id: id } });
  const address = URL.createObjectURL(await response.blob());
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = filename;
  anchor.click();
  URL.revokeObjectURL(address);
}
