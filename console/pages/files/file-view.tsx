import { useLocation } from "preact-iso";

import { call, describe, isMissing, open, type Request } from "../../api/client.ts";
import type { UploadedFile, VectorStoreFile } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { OriginalPdf } from "../../parts/source/original-pdf.tsx";
import { OriginalText } from "../../parts/source/original-text.tsx";
import { SourceText } from "../../parts/source/source-text.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status, Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { useParam } from "../../state/address.ts";
import { FILE_INCLUDE, findStoreFile } from "../../state/find-store.ts";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { isGone, type Query, useQuery } from "../../state/query.ts";
import { countOf, formatBytes, visible } from "../../state/words.ts";
import { AttachFile } from "./attach-file.tsx";
import { explainStage, labelFile } from "./file-status.ts";

/** One file: its properties, its text with the chunks, and beside it the original. */
export function FileView({ fileId }: { fileId: string }) {
  const [store] = useParam("store");
  const path = { file_id: fileId };
  const file = useLive(fileId, "GET /v1/files/{file_id}", { path });
  const indexed = useStoreFile(fileId, store);
  const known = file.value;
  return (
    <Page
      title={known?.filename ?? "File"}
      width="wide"
      back={{ href: link(`/files${store === "" ? "" : `?store=${store}`}`), label: "Files" }}
      actions={
        <>
          <CopyCurl request={describeFile(fileId, indexed.value)} />
          {known && !isGone(file) && <Actions file={known} indexed={indexed} />}
        </>
      }
    >
      <SubjectNotice query={file} kind="file" />
      {!known && file.isLoading && <Loading />}
      {known && <Known file={known} indexed={indexed} />}
    </Page>
  );
}

/** Describes the request for what the screen shows of a file: its chunks, its state in its store, or the file alone. */
function describeFile(id: string, stored: VectorStoreFile | null | undefined): Request {
  if (!stored) return describe("GET /v1/files/{file_id}", { path: { file_id: id } });
  const path = { vector_store_id: stored.vector_store_id, file_id: id };
  const name = "GET /v1/vector_stores/{vector_store_id}/files/{file_id}";
  return describe(stored.status === "completed" ? `${name}/chunks` : name, { path });
}

/** Finds the store that has the file, and follows the file there. */
function useStoreFile(fileId: string, named: string): Indexed {
  const found = useQuery(`${named}:${fileId}`, (signal) =>
    findStoreFile(fileId, named === "" ? [] : [named], signal),
  );
  const storeId = found.value?.vector_store_id;
  const live = useLive(
    storeId === undefined ? null : `${storeId}:${fileId}`,
    "GET /v1/vector_stores/{vector_store_id}/files/{file_id}",
    {
      path: { vector_store_id: storeId ?? "", file_id: fileId },
      query: { include: [...FILE_INCLUDE] },
    },
  );
  const reload = () => (storeId === undefined ? found.reload() : live.reload());
  return { ...found, value: live.value ?? found.value, error: live.error ?? found.error, reload };
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
      {!isMissing(indexed.error) && <ErrorNotice error={indexed.error} retry={indexed.reload} />}
      {stored?.last_error && (
        <Note kind="warning">
          <p>
            <Words of={stored.last_error.message} />
          </p>
        </Note>
      )}
      {stored?.warnings && stored.warnings.length > 0 && (
        <Note kind="warning">
          <p>
            Lost when the text was read: {stored.warnings.map(({ message }) => message).join(", ")}.
          </p>
        </Note>
      )}
      {stored === null && <AttachFile fileId={file.id} onAttached={indexed.reload} />}
      {stored?.status === "in_progress" && <Loading label={explainStage(stored)} />}
      <div class="beside">
        {stored?.status === "completed" && (
          <section class="card stack" aria-label="Extracted text">
            <h2>Extracted text</h2>
            <SourceText
              storeId={stored.vector_store_id}
              fileId={file.id}
              chunkId={chunk || null}
              mark={mark}
            />
          </section>
        )}
        <section class="card stack" aria-label="Original">
          <h2>Original</h2>
          {isPdf(file) ? (
            <OriginalPdf fileId={file.id} bytes={file.bytes} quote={null} />
          ) : (
            <OriginalText fileId={file.id} bytes={file.bytes} />
          )}
        </section>
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
            stored ? <Status of={stored.status} label={labelFile(stored)} /> : "Not indexed",
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
              {visible(`${name} = ${String(value)}`)}
            </bdi>
          ))}
        </div>
      )}
    </>
  );
}

function Actions({ file, indexed }: { file: UploadedFile; indexed: Indexed }) {
  const action = useAction();
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
  return (
    <>
      <button type="button" class="button small" onClick={() => action.run(() => save(file))}>
        Save the original
      </button>
      {stored && stored.status !== "in_progress" && (
        <button
          type="button"
          class="button small"
          disabled={action.isBusy}
          onClick={() => action.run(again)}
        >
          <Icon name="retry" size={16} /> Read again
        </button>
      )}
      <RemoveButton title="Delete the file?" remove={remove}>
        The file leaves every vector store, and no search finds it any more. Answers that cited it
        keep their quotes.
      </RemoveButton>
      <ErrorNotice error={action.error} />
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
