import { describe } from "../../api/client.ts";
import type { WorkflowSummary } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import {
  ClearFilters,
  FilterChoice,
  FilterField,
  NoMatch,
  statusChoices,
} from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty, ErrorNotice } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Words } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link, linkWith } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";

/** The workflows of the project, and the templates that are part of the service. */
export function WorkflowList() {
  const [name] = useParam("name");
  const [kind] = useParam("kind");
  const request = (after: string | undefined) => ({
    query: {
      limit: 100,
      after,
      name: name || undefined,
      kind: KINDS.find((one) => one === kind),
    },
  });
  const pages = useLivePages("GET /v1/workflows", `${kind}:${name}`, request);
  const templates = (pages.answer?.built_in ?? []).filter((template) =>
    template.toLowerCase().includes(name.toLowerCase()),
  );
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <CopyCurl request={() => describe("GET /v1/workflows", request(undefined))} />
          <a class="button primary small" href={linkWith("/workflows", { new: "blank" })}>
            <Icon name="plus" size={16} /> New workflow
          </a>
        </>
      }
    >
      <div class="toolbar">
        <FilterField name="name" label="Name of a workflow" />
        <FilterChoice name="kind" label="Kind" choices={CHOICES} />
      </div>
      {kind !== "built_in" && (
        <List
          label="Workflows"
          pages={pages}
          columns="minmax(0, 3fr) 6rem 8rem"
          keyOf={(workflow) => workflow.name}
          row={(workflow) => <Row workflow={workflow} />}
          empty={
            name === "" ? (
              <Empty icon="workflows" title="No workflows yet">
                <p>Write one, or begin with a template.</p>
                {kind !== "" && <ClearFilters names={FILTERS} />}
              </Empty>
            ) : (
              <NoMatch icon="workflows" title={NO_MATCH} names={FILTERS} />
            )
          }
        />
      )}
      {kind === "built_in" && <ErrorNotice error={pages.error} retry={pages.reload} />}
      {kind === "built_in" && templates.length === 0 && pages.answer && (
        <NoMatch icon="workflows" title="No template matches these filters" names={FILTERS} />
      )}
      {kind !== "own" && templates.length > 0 && (
        <section class="card stack" aria-label="Templates">
          <h2>Templates</h2>
          <p class="soft">
            They are part of the service. A workflow that you save under the name of one takes its
            place in this project.
          </p>
          <div class="choices">
            {templates.map((template) => (
              <a key={template} class="button" href={linkWith("/workflows", { new: template })}>
                <Icon name="workflows" size={16} /> {template}
              </a>
            ))}
          </div>
        </section>
      )}
    </Page>
  );
}

const FILTERS = ["name", "kind"] as const;
const KINDS = ["own", "built_in"] as const;
const KIND_WORDS = { own: "Own workflows", built_in: "Templates" } as const;
const CHOICES = statusChoices("All", KINDS, (kind) => KIND_WORDS[kind]);
const NO_MATCH = "No workflow of yours matches these filters";

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
