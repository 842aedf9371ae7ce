import type { VectorStoreReindex } from "../../api/operations.ts";
import { Note } from "../../parts/notice.tsx";
import { link } from "../../state/links.ts";
import { countOf, formatNumber } from "../../state/words.ts";

/** Says that the store's index is built again, or waits for somebody, with the way there. */
export function ReindexNote({ reindex }: { reindex: VectorStoreReindex }) {
  const text = describe(reindex);
  if (text === null) return null;
  return (
    <Note kind={reindex.file_counts.failed > 0 ? "warning" : "info"}>
      <p role="status">
        {text} <a href={link(`/stores/${reindex.vector_store_id}/reindex`)}>See the reindex</a>
      </p>
    </Note>
  );
}

function describe({ status, file_counts: counts }: VectorStoreReindex): string | null {
  const failed = counts.failed === 0 ? "" : ` ${countOf(counts.failed, "file")} failed.`;
  switch (status) {
    case "building":
    case "paused":
      return `The index is built again${status === "paused" ? ", and paused" : ""}: ${formatNumber(counts.checked)} of ${countOf(counts.total, "file")}.${failed}`;
    case "ready":
      return `A new index is ready, and waits for the switch.${failed}`;
    case "switched":
      return `Searches read a new index. The old one is kept for the way back.${failed}`;
    case "erasing":
    case "completed":
    case "cancelling":
    case "cancelled":
      return null;
  }
}
