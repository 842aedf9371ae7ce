import type { VectorStoreReindex } from "../../api/operations.ts";
import { Note } from "../../parts/notice.tsx";
import { Words } from "../../parts/text.tsx";
import { linkWith } from "../../state/links.ts";
import { countOf } from "../../state/words.ts";

/** The files that could not be copied, with the reasons, and what to do. */
export function Failures({ reindex }: { reindex: VectorStoreReindex }) {
  const { failures, file_counts: counts, vector_store_id: store } = reindex;
  if (counts.failed === 0) return null;
  const more = counts.failed - failures.length;
  return (
    <Note kind="warning">
      <div class="stack">
        <p>
          {countOf(counts.failed, "file")} could not be copied to the other generation, so searches
          cannot move there: they would lose {counts.failed === 1 ? "it" : "them"}. Repair the cause
          and try again, or remove {counts.failed === 1 ? "it" : "them"} from the store.
        </p>
        <ul class="plain small">
          {failures.map(({ file_id: id, message }) => (
            <li key={id}>
              <a href={linkWith(`/files/${id}`, { store })}>{id}</a>: <Words of={message} />
            </li>
          ))}
        </ul>
        {more > 0 && <p class="soft small">And {countOf(more, "other file")}.</p>}
      </div>
    </Note>
  );
}
