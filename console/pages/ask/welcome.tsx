import type { VectorStore } from "../../api/operations.ts";
import { Empty } from "../../parts/notice.tsx";
import { link } from "../../state/links.ts";

/** The beginning of a conversation: what to do first. */
export function Welcome({
  stores,
  onAsk,
}: {
  stores: readonly VectorStore[] | undefined;
  onAsk: (question: string) => void;
}) {
  if (!stores) return null;
  const hasFiles = stores.some(({ file_counts: counts }) => counts.completed > 0);
  if (!hasFiles) {
    return (
      <Empty icon="files" title="Give Edgewise something to read">
        <p>
          Answers come from your own documents, and every citation opens its source at the quote.
        </p>
        <p>
          <a class="button primary" href={link("/files")}>
            Add files
          </a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty icon="ask" title="Ask your documents">
      <p>
        Every citation is checked before it is shown, and opens its source at the quote. Where the
        documents do not answer, the answer says so.
      </p>
      <p>
        <button
          type="button"
          class="button"
          onClick={() => onAsk("What are these documents about?")}
        >
          What are these documents about?
        </button>
      </p>
    </Empty>
  );
}
