import { call, describe } from "../../api/client.ts";
import type { ResponseSummary } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ClearFilters, FilterChoice, statusChoices } from "../../parts/filters.tsx";
import { List } from "../../parts/list.tsx";
import { Empty, ErrorNotice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { Lanes } from "./lanes.tsx";
import { QueueTabs } from "./queue-tabs.tsx";

const PAGE_SIZE = 100;

const STATUSES = [
  "queued",
  "in_progress",
  "completed",
  "incomplete",
  "failed",
  "cancelled",
] as const;
const CHOICES = statusChoices("All answers", STATUSES);

/** The list of the project's background responses, newest first. */
export function BackgroundWork() {
  const [chosen] = useParam("status");
  const status = STATUSES.find((one) => one === chosen);
  const request = (after: string | undefined) => ({ query: { limit: PAGE_SIZE, after, status } });
  const pages = useLivePages("GET /v1/background_responses", chosen, request);
  const cancellation = useAction();
  const cancel = ({ id }: ResponseSummary) =>
    cancellation.run(async () => {
      const path = { response_id: id };
      const { status: now } = await call("POST /v1/responses/{response_id}/cancel", { path });
      // The service's list shows the new status some seconds later.
      pages.change((items) =>
        items.map((item) => (item.id === id ? { ...item, status: now } : item)),
      );
    });
  return (
    <Page
      title="Queue"
      actions={
        <CopyCurl request={() => describe("GET /v1/background_responses", request(undefined))} />
      }
    >
      <Lanes />
      <QueueTabs shown="background" />
      <p class="soft">
        Answers that programs do not wait for, and those to questions on the screen Ask. The list is
        some seconds behind.
      </p>
      <div class="toolbar">
        <FilterChoice name="status" label="Status" choices={CHOICES} />
      </div>
      <ErrorNotice error={cancellation.error} />
      <List
        label="Background work"
        pages={pages}
        columns="minmax(0, 3fr) 8rem 6rem 8rem 5rem"
        keyOf={({ id }) => id}
        row={(response) => (
          <Row response={response} isBusy={cancellation.isBusy} onCancel={() => cancel(response)} />
        )}
        empty={
          <Empty icon="queue" title={chosen ? "Nothing matches" : "No answer was made here yet"}>
            {chosen ? (
              <ClearFilters names={["status"]} />
            ) : (
              <p>
                Send a request with “background: true”, or <a href={link("/ask")}>ask here</a>.
              </p>
            )}
          </Empty>
        }
      />
    </Page>
  );
}

type RowProps = {
  readonly response: ResponseSummary;
  readonly isBusy: boolean;
  readonly onCancel: () => void;
};

const isOpen = ({ status }: ResponseSummary) => status === "queued" || status === "in_progress";

const Row = ({ response, isBusy, onCancel }: RowProps) => (
  <div class="list-row">
    <a class="title" href={link(`/why/${response.id}`)}>
      <Name of={response.title ?? response.id} />
      <span class="under">{response.error?.message ?? response.workflow ?? response.model}</span>
    </a>
    <span>
      <Status of={response.status} />
    </span>
    <span class="soft minor">{response.service_tier}</span>
    <span class="soft minor">
      <Age at={response.created_at} />
    </span>
    <span class="minor">
      {isOpen(response) && (
        <button type="button" class="button small" disabled={isBusy} onClick={onCancel}>
          Cancel
        </button>
      )}
    </span>
  </div>
);
