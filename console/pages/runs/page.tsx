import { useRoute } from "preact-iso";

import { RunList } from "./run-list.tsx";
import { RunView } from "./run-view.tsx";

/** The runs of a project's workflows, or one of them. */
export default function RunsPage() {
  const { run } = useRoute().params;
  return run ? <RunView key={run} runId={run} /> : <RunList />;
}
