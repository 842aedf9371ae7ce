import { describe } from "../../api/client.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { Grants } from "./grants.tsx";
import { Keys } from "./keys.tsx";
import { Secrets } from "./secrets.tsx";
import { Settings } from "./settings.tsx";

/** All that the page shows of a project, which is watched in one stream: a browser has few connections. */
const INCLUDE = ["edgewise.api_keys", "edgewise.secrets", "edgewise.grants"] as const;

/** One project as its operator sees it: keys, secrets, grants and settings. It follows what is changed elsewhere. */
export function ProjectView({ projectId }: { projectId: string }) {
  const path = { project_id: projectId };
  const query = { include: [...INCLUDE] };
  const project = useLive(projectId, "GET /v1/organization/projects/{project_id}", { path, query });
  const known = project.value;
  return (
    <Page
      title={known?.name ?? "Project"}
      back={{ href: link("/projects"), label: "Projects" }}
      actions={
        <CopyCurl request={describe("GET /v1/organization/projects/{project_id}", { path })} />
      }
    >
      <SubjectNotice
        query={project}
        kind="project"
        forms={["grants", "settings", "secret", "key"].map((form) => `${form}-${projectId}`)}
      />
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
          <Keys
            projectId={projectId}
            keys={known.api_keys?.data ?? []}
            onChanged={project.reload}
          />
          <Secrets
            projectId={projectId}
            secrets={known.secrets?.data ?? null}
            onChanged={project.reload}
          />
          {known.grants && <Grants projectId={projectId} grants={known.grants} />}
          <Settings projectId={projectId} settings={known.settings} onSaved={project.reload} />
        </>
      )}
    </Page>
  );
}
