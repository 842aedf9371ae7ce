import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";

import { describe } from "../../api/client.ts";
import type { DeadLetter } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterChoice, FilterField } from "../../parts/filters.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { BackgroundWork } from "./background-work.tsx";
import { Lanes } from "./lanes.tsx";
import { LetterView } from "./letter-view.tsx";
import { KINDS, LANES, LETTER_STATUS, LETTER_TONE, STATUSES } from "./letter-words.ts";
import { QueueTabs } from "./queue-tabs.tsx";
import { RedriveMany } from "./redrive-many.tsx";

const PAGE_SIZE = 100;

/** The jobs of the project that were given up, or one of them. */
export default function QueuePage() {
  const { letter } = useRoute().params;
  const [show] = useParam("show");
  if (letter) return <LetterView key={letter} letterId={letter} />;
  return show === "background" ? <BackgroundWork /> : <Letters />;
}

const FILTERS = ["status", "kind", "lane", "error"];

/** Reads the filters of the list from the address. */
function useFilters() {
  const [status] = useParam("status", "open");
  const [kind] = useParam("kind");
  const [lane] = useParam("lane");
  const [error] = useParam("error");
  return {
    status: STATUSES.find(({ value }) => value === status)?.value || undefined,
    kind: KINDS.find(({ value }) => value === kind)?.value || undefined,
    lane: LANES.find(({ value }) => value === lane)?.value || undefined,
    error: error || undefined,
  };
}

function Letters() {
  const [isMany, setMany] = useState(false);
  const filters = useFilters();
  const request = (after: string | undefined) => ({
    query: { limit: PAGE_SIZE, after, ...filters },
  });
  const pages = useLivePages("GET /v1/dead_letters", JSON.stringify(filters), request);
  const isOpen = filters.status === "open";
  const isFiltered = !isOpen || Object.keys(pickSet(filters)).length > 0;
  return (
    <Page
      title="Queue"
      actions={
        <>
          <CopyCurl request={() => describe("GET /v1/dead_letters", request(undefined))} />
          {isOpen && pages.items.length > 0 && (
            <button type="button" class="button primary small" onClick={() => setMany(true)}>
              Redrive all of these
            </button>
          )}
        </>
      }
    >
      <Lanes />
      <QueueTabs shown="letters" />
      <p class="soft">
        Jobs that were given up after all their attempts: files, responses, runs and ticks of
        schedules. They are kept for 30 days.
      </p>
      <div class="toolbar">
        <FilterField name="error" label="Words of the error" />
        <FilterChoice name="status" label="Status" choices={STATUSES} />
        <FilterChoice name="kind" label="Kind" choices={KINDS} />
        <FilterChoice name="lane" label="Lane" choices={LANES} />
      </div>
      <List
        label="Dead letters"
        pages={pages}
        columns="minmax(0, 3fr) 6rem 8rem 8rem"
        keyOf={({ id }) => id}
        row={(letter) => <Row letter={letter} />}
        empty={
          <Empty icon="queue" title={isFiltered ? "Nothing matches" : "No job was given up"}>
            {isFiltered ? (
              <ClearFilters names={FILTERS} />
            ) : (
              <p>A job that fails for good comes here, to be repaired and sent again.</p>
            )}
          </Empty>
        }
      />
      {isMany && (
        <RedriveMany
          filters={pickSet(filters)}
          onClose={() => setMany(false)}
          onDone={pages.reload}
        />
      )}
    </Page>
  );
}

/** Leaves out the filters that are not set, and the status: only open jobs are redriven. */
function pickSet({ kind, lane, error }: ReturnType<typeof useFilters>) {
  return { ...(kind && { kind }), ...(lane && { lane }), ...(error && { error }) };
}

const Row = ({ letter }: { letter: DeadLetter }) => (
  <a class="list-row" href={link(`/queue/${letter.id}`)}>
    <span class="title">
      <Name of={`${letter.workflow}: ${letter.error.step}`} />
      <span class="under">
        <Words of={letter.error.message} />
      </span>
    </span>
    <span class="soft minor">{letter.kind}</span>
    <span>
      <Status of={LETTER_TONE[letter.status]} label={LETTER_STATUS[letter.status]} />
    </span>
    <span class="soft minor">
      <Age at={letter.created_at} />
    </span>
  </a>
);
