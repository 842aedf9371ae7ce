import { useEffect } from "preact/hooks";

import type { VectorStore } from "../../api/operations.ts";
import { Empty, Loading } from "../../parts/notice.tsx";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { projectId } from "../../state/session.ts";

type WelcomeProps = {
  readonly stores: readonly VectorStore[] | undefined;
  /** Reads the stores again. */
  readonly reload: () => void;
  readonly onAsk: (question: string) => void;
};

/** The beginning of a conversation: what to do first. */
export function Welcome({ stores, reload, onAsk }: WelcomeProps) {
  if (!stores) return null;
  if (!hasFiles(stores)) return <WithoutFiles onFiles={reload} />;
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

const hasFiles = (stores: readonly VectorStore[]) =>
  stores.some(({ file_counts: counts }) => counts.completed > 0);

/** Number of the newest stores among which a first file is looked for. */
const STORES_MAX = 20;

/** The beginning in a project that has nothing to read yet: it goes on by itself when the first file is indexed. */
function WithoutFiles({ onFiles }: { onFiles: () => void }) {
  const query = { limit: STORES_MAX };
  const stores = useLive(`first ${projectId.value}`, "GET /v1/vector_stores", { query }).value
    ?.data;
  useEffect(() => {
    if (stores && hasFiles(stores)) onFiles();
  }, [stores]);
  if (stores?.some(({ file_counts: counts }) => counts.in_progress > 0)) {
    return (
      <Empty icon="files" title="Your files are being read">
        <Loading label="The first one is ready in a moment" />
      </Empty>
    );
  }
  return (
    <Empty icon="files" title="Give Edgewise something to read">
      <p>Answers come from your own documents, and every citation opens its source at the quote.</p>
      <p>
        <a class="button primary" href={link("/files")}>
          Add files
        </a>
      </p>
    </Empty>
  );
}
