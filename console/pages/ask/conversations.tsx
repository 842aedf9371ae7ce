import { useLocation } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";

import { call } from "../../api/client.ts";
import type { ConversationSummary } from "../../api/operations.ts";
import { ClearFilters, FilterChoice, FilterField, statusChoices } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { Age, Name } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { linkWith } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { projectId } from "../../state/session.ts";
import { createdThreads, forgetThread } from "../../state/threads.ts";

const PAGE_SIZE = 50;
/** DOM id of the list. On narrow screens, where the list is a drawer, a button opens it by this id. */
export const CONVERSATIONS_ID = "conversations";

/** The list of the project's conversations, newest first. On narrow screens it is a drawer. */
export function Conversations({ chosen }: { chosen: string | null }) {
  const [title] = useParam("title");
  const [since] = useParam("since");
  const period = PERIODS.find((one) => one === since);
  const pages = useLivePages("GET /v1/conversations", `${since}:${title}`, (after) => ({
    query: {
      limit: PAGE_SIZE,
      after,
      title: title || undefined,
      created_after: period && startOf(period),
    },
  }));
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const drawer = place.current;
    if (drawer?.matches(":popover-open")) drawer.hidePopover();
  }, [chosen]);
  const listed = new Set(pages.items.map(({ id }) => id));
  // The service lists a new conversation some seconds late. Until then, those of this page are shown from memory.
  const made = createdThreads.value.filter(
    (thread) =>
      thread.project === projectId.value &&
      !listed.has(thread.id) &&
      thread.title.toLowerCase().includes(title.toLowerCase()),
  );
  const isFiltered = title !== "" || since !== "";
  const isEmpty = made.length === 0 && pages.items.length === 0 && !pages.isLoading;
  return (
    <aside
      id={CONVERSATIONS_ID}
      ref={place}
      class="conversations"
      popover="auto"
      aria-label="Conversations"
    >
      <a class="button small" href={linkWith("/ask", { title, since })}>
        <Icon name="plus" size={16} /> New conversation
      </a>
      <div class="conversation-filters">
        <FilterField name="title" label="Words of a title" />
        <FilterChoice name="since" label="Created" choices={CHOICES} />
      </div>
      <ErrorNotice error={pages.error} retry={pages.reload} />
      <ul>
        {[...made, ...pages.items].map((conversation) => (
          <Entry
            key={conversation.id}
            conversation={conversation}
            isChosen={conversation.id === chosen}
            filters={{ title, since }}
            onRemoved={() =>
              pages.change((items) => items.filter(({ id }) => id !== conversation.id))
            }
          />
        ))}
      </ul>
      {pages.items.length === 0 && pages.isLoading && <Loading />}
      {isFiltered && isEmpty && pages.error === undefined && (
        <div class="conversation-filters">
          <p class="soft small">No conversation matches these filters.</p>
          <ClearFilters names={["title", "since"]} />
        </div>
      )}
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

const PERIODS = ["today", "week", "month"] as const;
type Period = (typeof PERIODS)[number];
const PERIOD_WORDS = {
  today: "Created today",
  week: "Created in 7 days",
  month: "Created in 30 days",
} as const satisfies Record<Period, string>;
const PERIOD_DAYS = { today: 0, week: 6, month: 29 } as const satisfies Record<Period, number>;
const CHOICES = statusChoices("Created at any time", PERIODS, (period) => PERIOD_WORDS[period]);

/** Returns the beginning of the first day of a period that ends today, in Unix seconds. */
function startOf(period: Period): number {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - PERIOD_DAYS[period]);
  return Math.max(0, Math.floor(day.getTime() / 1_000));
}

type EntryProps = {
  /** The filters of the list, which stay in the address. */
  readonly filters: Readonly<Record<string, string>>;
  readonly conversation: Pick<ConversationSummary, "id" | "title" | "created_at">;
  readonly isChosen: boolean;
  readonly onRemoved: () => void;
};

function Entry({ conversation, isChosen, filters, onRemoved }: EntryProps) {
  const { id, title, created_at: at } = conversation;
  const { route } = useLocation();
  const remove = async () => {
    await call("DELETE /v1/conversations/{conversation_id}", { path: { conversation_id: id } });
    forgetThread(id);
    onRemoved();
    route(linkWith("/ask", filters));
  };
  return (
    <li>
      <a href={linkWith(`/ask/${id}`, filters)} aria-current={isChosen ? "page" : undefined}>
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
