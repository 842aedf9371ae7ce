import { useEffect, useRef, useState } from "preact/hooks";

import { isAway, open } from "../../api/client.ts";
import { loadChunk } from "../../state/chunks.ts";
import { useRecovery } from "../../state/recovery.ts";
import { ErrorNotice, Loading } from "../notice.tsx";
import type { PdfDocument } from "./pdf.ts";

/** Files above this size are offered to save and not shown, in bytes. */
const SHOWN_BYTES_MAX = 50_000_000;

type OriginalProps = {
  readonly fileId: string;
  readonly bytes: number;
  readonly quote: string | null;
};

/** The original of a PDF file: the page whose text has the quote, and those before and after it. */
export function OriginalPdf({ fileId, bytes, quote }: OriginalProps) {
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [error, setError] = useState<unknown>();
  const [page, setPage] = useState<number | null>(null);
  const [round, setRound] = useState(0);
  const again = () => {
    setError(undefined);
    setRound((count) => count + 1);
  };
  useRecovery(error, again);
  useEffect(() => {
    const controller = new AbortController();
    const show = async () => {
      if (bytes > SHOWN_BYTES_MAX)
        throw new Error("The file is too large to be shown here. Save it to see it.");
      const [{ openPdf }, response] = await Promise.all([
        loadChunk(() => import("./pdf.ts")),
        open("GET /v1/files/{file_id}/content", {
          path: { file_id: fileId },
          signal: controller.signal,
        }),
      ]);
      const opened = await openPdf(await response.arrayBuffer());
      if (controller.signal.aborted) return await opened.close();
      setPdf(opened);
      setPage((quote === null ? null : await opened.findPage(quote)) ?? 1);
    };
    show().catch((thrown: unknown) => !controller.signal.aborted && setError(thrown));
    return () => controller.abort();
  }, [fileId, round]);
  useEffect(() => () => void pdf?.close(), [pdf]);
  if (error) return <ErrorNotice error={error} {...(isAway(error) && { retry: again })} />;
  if (!pdf || page === null) return <Loading label="Opening the original" />;
  return (
    <div class="stack">
      <div class="row">
        <button
          type="button"
          class="button small"
          disabled={page <= 1}
          onClick={() => setPage(page - 1)}
        >
          Page before
        </button>
        <span class="small soft">
          Page {page} of {pdf.pages}
        </span>
        <button
          type="button"
          class="button small"
          disabled={page >= pdf.pages}
          onClick={() => setPage(page + 1)}
        >
          Next page
        </button>
      </div>
      <PdfPage key={page} pdf={pdf} page={page} quote={quote ?? ""} />
    </div>
  );
}

function PdfPage({ pdf, page, quote }: { pdf: PdfDocument; page: number; quote: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (place.current) pdf.draw(page, place.current, quote).catch(setError);
  }, []);
  return (
    <>
      <ErrorNotice error={error} />
      <div class="pdf-page" ref={place} role="img" aria-label={`Page ${page} of the original`} />
    </>
  );
}
