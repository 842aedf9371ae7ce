import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { ConversationSummary } from "../../api/operations.ts";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { Age, Name } from "../../parts/text.tsx";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { projectId } from "../../state/session.ts";
import { createdThreads, forgetThread } from "../../state/threads.ts";

const PAGE_SIZE = 50;
/** DOM id of the list. On narrow screens, where the list is a drawer, a button opens it by this id. */
export const CONVERSATIONS_ID = "conversations";

/** The list of the project's conversations, newest first. On narrow screens it is a drawer. */
export function Conversations({ chosen }: { chosen: string | null }) {
  const pages = useLivePages("GET /v1/conversations", "conversations", (after) => ({
    query: { limit: PAGE_SIZE, after },
  }));
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const drawer = place.current;
    if (drawer?.matches(":popover-open")) drawer.hidePopover();
  }, [chosen]);
  const listed = new Set(pages.items.map(({ id }) => id));
  // The service lists a new conversation some seconds late. Until then, those of this page are shown from memory.
  const made = createdThreads.value.filter(
    ({ id, project }) => project === projectId.value && !listed.has(id),
  );
  return (
    <aside
      id={CONVERSATIONS_ID}
      ref={place}
      class="conversations"
      popover="auto"
      aria-label="Conversations"
    >
      <a class="button small" href={link("/ask")}>
        <Icon name="plus" size={16} /> New conversation
      </a>
      <ErrorNotice error={pages.error} retry={pages.reload} />
      <ul>
        {[...made, ...pages.items].map((conversation) => (
          <Entry
            key={conversation.id}
            conversation={conversation}
            isChosen={conversation.id === chosen}
            onRemoved={() =>
              pages.change((items) => items.filter(({ id }) => id !== conversation.id))
            }
          />
        ))}
      </ul>
      {pages.items.length === 0 && pages.isLoading && <Loading />}
      {pages.items.length > 0 && pages.hasMore && (
        <button
          type="button"
          class="button quiet small"
          disabled={pages.isLoading}
          onClick={pages.more}
        >
          Show older ones
        </button>
      )}
    </aside>
  );
}

type EntryProps = {
  readonly conversation: Pick<ConversationSummary, "id" | "title" | "created_at">;
  readonly isChosen: boolean;
  readonly onRemoved: () => void;
};

function Entry({ conversation: { id, title, created_at: at }, isChosen, onRemoved }: EntryProps) {
  const { route } = useLocation();
  const remove = async () => {
    await call("DELETE /v1/conversations/{conversation_id}", { path: { conversation_id: id } });
    forgetThread(id);
    onRemoved();
    route(link("/ask"));
  };
  return (
    <li>
      <a href={link(`/ask/${id}`)} aria-current={isChosen ? "page" : undefined}>
        <Name of={title ?? ""} />
        <span class="soft small">
          <Age at={at} />
        </span>
      </a>
      {isChosen && (
        <RemoveButton title="Delete the conversation?" remove={remove}>
          Its questions, its answers and their sources are erased. This cannot be undone.
        </RemoveButton>
      )}
    </li>
  );
}
