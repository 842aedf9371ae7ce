import { useRoute } from "preact-iso";

import { describe } from "../../api/client.ts";
import type { Project } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { FilterChoice, FilterField, NoMatch, statusChoices } from "../../parts/filters.tsx";
import { Icon } from "../../parts/icon.tsx";
import { List } from "../../parts/list.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status } from "../../parts/text.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLivePages } from "../../state/live-pages.ts";
import { NewProject } from "./new-project.tsx";
import { ProjectView } from "./project-view.tsx";

/** The projects of the deployment, or one of them. It needs the admin key. */
export default function ProjectsPage() {
  const { id } = useRoute().params;
  return id ? <ProjectView key={id} projectId={id} /> : <Projects />;
}

function Projects() {
  const [isNew, setNew] = useParam("new");
  const [name] = useParam("name");
  const [status] = useParam("status");
  const request = (after: string | undefined) => ({
    query: {
      limit: 100,
      after,
      name: name || undefined,
      status: STATUSES.find((one) => one === status),
      include_archived: "true" as const,
    },
  });
  const pages = useLivePages("GET /v1/organization/projects", `${status}:${name}`, request);
  return (
    <Page
      title="Projects"
      actions={
        <>
          <CopyCurl request={() => describe("GET /v1/organization/projects", request(undefined))} />
          <button type="button" class="button primary small" onClick={() => setNew("1")}>
            <Icon name="plus" size={16} /> New project
          </button>
        </>
      }
    >
      <div class="toolbar">
        <FilterField name="name" label="Name of a project" />
        <FilterChoice name="status" label="Status" choices={CHOICES} />
      </div>
      <List
        label="Projects"
        pages={pages}
        columns="minmax(0, 3fr) 6rem 8rem 8rem"
        keyOf={({ id }) => id}
        row={(project) => <Row project={project} />}
        empty={
          name !== "" || status !== "" ? (
            <NoMatch icon="project" title="No project matches these filters" names={FILTERS} />
          ) : (
            <Empty icon="project" title="No projects yet">
              <p>
                A project owns files, stores and keys, apart from all others. Make the first one
                above.
              </p>
            </Empty>
          )
        }
      />
      {isNew !== "" && <NewProject onClose={() => setNew("")} />}
    </Page>
  );
}

const FILTERS = ["name", "status"] as const;
const STATUSES = ["active", "archived"] as const;
const CHOICES = statusChoices("All projects", STATUSES);

const Row = ({ project }: { project: Project }) => (
  <a class="list-row" href={link(`/projects/${project.id}`)}>
    <span class="title">
      <Name of={project.name} />
      <span class="under">{project.id}</span>
    </span>
    <span class="soft minor">{project.region}</span>
    <span>
      <Status of={project.status === "active" ? "active" : "expired"} label={project.status} />
    </span>
    <span class="soft minor">
      <Age at={project.created_at} />
    </span>
  </a>
);
