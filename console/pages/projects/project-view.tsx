import { call, describe } from "../../api/client.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { link } from "../../state/links.ts";
import { useQuery } from "../../state/query.ts";
import { Grants } from "./grants.tsx";
import { Keys } from "./keys.tsx";
import { Secrets } from "./secrets.tsx";
import { Settings } from "./settings.tsx";

/** One project as its operator sees it: keys, secrets, grants and settings. */
export function ProjectView({ projectId }: { projectId: string }) {
  const path = { project_id: projectId };
  const project = useQuery(projectId, (signal) =>
    call("GET /v1/organization/projects/{project_id}", { path, signal }),
  );
  const known = project.value;
  return (
    <Page
      title={known?.name ?? "Project"}
      back={{ href: link("/projects"), label: "Projects" }}
      actions={
        <CopyCurl request={describe("GET /v1/organization/projects/{project_id}", { path })} />
      }
    >
      <ErrorNotice error={project.error} retry={project.reload} />
      {!known && project.isLoading && <Loading />}
      {known && (
        <>
          <Facts
            facts={[
              [
                "Status",
                <Status
                  of={known.status === "active" ? "active" : "expired"}
                  label={known.status}
                />,
              ],
              ["Region", known.region],
              ["Made", <Age at={known.created_at} />],
              ["Id", <code>{known.id}</code>],
            ]}
          />
          <Keys projectId={projectId} />
          <Secrets projectId={projectId} />
          <Grants projectId={projectId} />
          <Settings
            key={known.settings.version}
            projectId={projectId}
            settings={known.settings}
            onSaved={project.reload}
          />
        </>
      )}
    </Page>
  );
}
