import { useRoute } from "preact-iso";

import { useParam } from "../../state/address.ts";
import { Editor } from "./editor.tsx";
import { WorkflowList } from "./workflow-list.tsx";
import { WorkflowView } from "./workflow-view.tsx";

/** The workflows of a project, one of them in the editor, or a new one. */
export default function WorkflowsPage() {
  const { workflow } = useRoute().params;
  const [template] = useParam("new");
  if (workflow) return <WorkflowView key={workflow} name={workflow} />;
  return template === "" ? <WorkflowList /> : <Editor key={template} template={template} />;
}
