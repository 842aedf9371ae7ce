import { useLocation } from "preact-iso";

import { call, describe, isMissing } from "../../api/client.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { useParam } from "../../state/address.ts";
import { formatJson } from "../../state/json.ts";
import { link, linkWith } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { bodyOf, EditorForm } from "./editor.tsx";
import { Versions } from "./versions.tsx";

/** One workflow: the editor of its latest version, and its versions with their differences. */
export function WorkflowView({ name }: { name: string }) {
  const [view] = useParam("view");
  const path = { name };
  const latest = useLive(`workflow:${name}`, "GET /v1/workflows/{name}", { path });
  const known = latest.value;
  return (
    <Page
      title={name}
      back={{ href: link("/workflows"), label: "Workflows" }}
      width="wide"
      actions={
        <>
          <CopyCurl request={describe("GET /v1/workflows/{name}", { path })} />
          <a class="button small" href={linkWith("/runs", { workflow: name })}>
            <Icon name="runs" size={16} /> Its runs
          </a>
          {!isMissing(latest.error) && (
            <>
              <a class="button small primary" href={linkWith("/runs", { start: name })}>
                Start a run
              </a>
              <Remove name={name} />
            </>
          )}
        </>
      }
    >
      <SubjectNotice
        query={latest}
        kind="workflow"
        forms={[`workflow-${name}`]}
        gone="The workflow was deleted meanwhile: to save it makes it again."
      />
      {!known && latest.isLoading && <Loading />}
      {known && (
        <>
          <nav class="tabs" aria-label="Views of the workflow">
            <a
              class="tab"
              href={link(`/workflows/${name}`)}
              aria-current={view === "" ? "page" : undefined}
            >
              Version {known.version}
            </a>
            <a
              class="tab"
              href={linkWith(`/workflows/${name}`, { view: "versions" })}
              aria-current={view === "versions" ? "page" : undefined}
            >
              Versions
            </a>
          </nav>
          {view === "versions" && <Versions name={name} latest={known.version} />}
          {/* What was typed stays while the versions are looked at. */}
          <div hidden={view === "versions"}>
            <EditorForm
              name={name}
              version={known.version}
              description={known.description ?? ""}
              text={formatJson(bodyOf(known))}
              onSaved={latest.reload}
            />
          </div>
        </>
      )}
    </Page>
  );
}

function Remove({ name }: { name: string }) {
  const { route } = useLocation();
  const remove = async () => {
    await call("DELETE /v1/workflows/{name}", { path: { name } });
    route(link("/workflows"));
  };
  return (
    <RemoveButton title="Delete the workflow?" remove={remove}>
      All its versions go. Runs that have begun keep the version that they follow.
    </RemoveButton>
  );
}
