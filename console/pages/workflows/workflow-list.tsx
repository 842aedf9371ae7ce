import { describe } from "../../api/client.ts";
import type { WorkflowSummary } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Words } from "../../parts/text.tsx";
import { link, linkWith } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";

const query = (after: string | undefined) => ({ query: { limit: 100, after } });

/** The workflows of the project, and the templates that are part of the service. */
export function WorkflowList() {
  const pages = useLivePages("GET /v1/workflows", "workflows", query);
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <CopyCurl request={describe("GET /v1/workflows", query(undefined))} />
          <a class="button primary small" href={linkWith("/workflows", { new: "blank" })}>
            <Icon name="plus" size={16} /> New workflow
          </a>
        </>
      }
    >
      <List
        label="Workflows"
        pages={pages}
        columns="minmax(0, 3fr) 6rem 8rem"
        keyOf={({ name }) => name}
        row={(workflow) => <Row workflow={workflow} />}
        empty={
          <Empty icon="workflows" title="No workflows yet">
            <p>Write one, or begin with a template below.</p>
          </Empty>
        }
      />
      <section class="card stack" aria-label="Templates">
        <h2>Templates</h2>
        <p class="soft">
          They are part of the service. A workflow that you save under the name of one takes its
          place in this project.
        </p>
        <div class="choices">
          {pages.answer?.built_in.map((name) => (
            <a key={name} class="button" href={linkWith("/workflows", { new: name })}>
              <Icon name="workflows" size={16} /> {name}
            </a>
          ))}
        </div>
      </section>
    </Page>
  );
}

const Row = ({ workflow }: { workflow: WorkflowSummary }) => (
  <a class="list-row" href={link(`/workflows/${workflow.name}`)}>
    <span class="title">
      <Name of={workflow.name} />
      {workflow.description && (
        <span class="under">
          <Words of={workflow.description} />
        </span>
      )}
    </span>
    <span class="soft minor">version {workflow.version}</span>
    <span class="soft minor">
      <Age at={workflow.created_at} />
    </span>
  </a>
);
