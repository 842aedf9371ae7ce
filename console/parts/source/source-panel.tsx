import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { FileCitation } from "../../api/operations.ts";
import { findStoreFile } from "../../state/find-store.ts";
import { linkWith } from "../../state/links.ts";
import { useQuery } from "../../state/query.ts";
import { Dialog } from "../dialog.tsx";
import { ErrorNotice, Loading, Note } from "../notice.tsx";
import { Name, Words } from "../text.tsx";
import { OriginalPdf } from "./original-pdf.tsx";
import { SourceText } from "./source-text.tsx";

/** A place in a file: that of a citation, or of a passage that a search has found. */
export type SourcePlace = Pick<FileCitation, "file_id" | "filename"> &
  Partial<
    Pick<
      FileCitation,
      "quote" | "chunk_id" | "source_start" | "source_end" | "heading_path" | "page"
    >
  >;

type SourcePanelProps = {
  readonly place: SourcePlace;
  /** The stores in which the file is looked for first. */
  readonly stores: readonly string[];
  readonly onClose: () => void;
};

/** The source of a citation, beside the answer: the file's text at the highlighted quote, and for a PDF the original. */
export function SourcePanel({ place, stores, onClose }: SourcePanelProps) {
  const { file_id: fileId, filename, quote, chunk_id: chunkId } = place;
  const [tab, setTab] = useState<"text" | "original">("text");
  const found = useQuery(fileId, (signal) => findStoreFile(fileId, stores, signal));
  const file = useQuery(`file:${fileId}`, (signal) =>
    call("GET /v1/files/{file_id}", { path: { file_id: fileId }, signal }),
  );
  const isPdf = /\.pdf$/i.test(filename);
  const { source_start: start, source_end: end } = place;
  const mark = start === undefined || end === undefined ? null : { start, end };
  const storeId = found.value?.vector_store_id;
  return (
    <Dialog title="Source" place="side" onClose={onClose}>
      <div>
        <h3>
          <Name of={filename} />
        </h3>
        <p class="soft small">
          <Words
            of={[...(place.page ? [`Page ${place.page}`] : []), ...(place.heading_path ?? [])].join(
              " › ",
            )}
          />
        </p>
      </div>
      {isPdf && (
        <div class="tabs" role="tablist">
          <Tab name="Text" isChosen={tab === "text"} onChoose={() => setTab("text")} />
          <Tab name="Original" isChosen={tab === "original"} onChoose={() => setTab("original")} />
        </div>
      )}
      <ErrorNotice error={found.error} retry={found.reload} />
      {found.value === null && (
        <Note kind="warning">
          <p>
            The file was deleted, or detached from its stores, after the answer was made. The quote
            that was checked:
          </p>
          {quote && (
            <blockquote>
              <Words of={quote} />
            </blockquote>
          )}
        </Note>
      )}
      {found.isLoading && <Loading />}
      {storeId && tab === "text" && (
        <SourceText storeId={storeId} fileId={fileId} chunkId={chunkId ?? null} mark={mark} />
      )}
      {tab === "original" && file.value && (
        <OriginalPdf fileId={fileId} bytes={file.value.bytes} quote={quote ?? null} />
      )}
      {storeId && (
        <p>
          <a
            href={linkWith(`/files/${fileId}`, {
              store: storeId,
              chunk: chunkId,
              start: start?.toString(),
              end: end?.toString(),
            })}
          >
            Open the file
          </a>
        </p>
      )}
    </Dialog>
  );
}

const Tab = ({
  name,
  isChosen,
  onChoose,
}: {
  name: string;
  isChosen: boolean;
  onChoose: () => void;
}) => (
  <button type="button" role="tab" class="tab" aria-selected={isChosen} onClick={onChoose}>
    {name}
  </button>
);
