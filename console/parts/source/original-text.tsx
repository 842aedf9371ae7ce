import { useState } from "preact/hooks";

import { open } from "../../api/client.ts";
import { useQuery } from "../../state/query.ts";
import { formatBytes } from "../../state/words.ts";
import { ErrorNotice, Loading, Note } from "../notice.tsx";
import { decodeOriginal } from "./decode-original.ts";

/** Bytes that are shown at first, and that each further step adds. */
const STEP_BYTES = 100_000;

/** The original of a file that a browser does not draw: its bytes as text, if they are text. */
export function OriginalText({ fileId, bytes }: { fileId: string; bytes: number }) {
  const [limit, setLimit] = useState(STEP_BYTES);
  const isWhole = bytes <= limit;
  const content = useQuery(`${fileId}:${limit}`, async (signal) => {
    if (bytes === 0) return "";
    const range = { range: `bytes=0-${Math.min(bytes, limit) - 1}` };
    const path = { file_id: fileId };
    const response = await open("GET /v1/files/{file_id}/content", { path, signal }, range);
    return decodeOriginal(new Uint8Array(await response.arrayBuffer()), isWhole);
  });
  return (
    <div class="stack">
      <ErrorNotice error={content.error} retry={content.reload} />
      {content.isLoading && <Loading label="Opening the original" />}
      {content.value === null && (
        <Note>
          <p>A browser cannot show this kind of file. Save the original to see it.</p>
        </Note>
      )}
      {typeof content.value === "string" && (
        <pre class="original-text" dir="auto" tabIndex={0}>
          {content.value}
        </pre>
      )}
      {typeof content.value === "string" && !isWhole && (
        <button type="button" class="button small" onClick={() => setLimit(limit + STEP_BYTES)}>
          Show more than the first {formatBytes(limit)}
        </button>
      )}
    </div>
  );
}
