import type { ResponseId } from "../../src/ids.ts";
import { contentHash } from "../../src/workflow/content-hash.ts";
import type { EventWatchers } from "../run/event-watchers.ts";
import type { ServedRun } from "../run/run-desk.ts";
import { RunReader } from "../run/run-reader.ts";
import type { AnswerRuns } from "./answer-runs.ts";

/** The run that makes a response; null when there is no such response. */
export function findResponseRun(
  runs: AnswerRuns,
  watchers: EventWatchers,
  id: ResponseId,
): ServedRun | null {
  const response = runs.find(id);
  if (!response) return null;
  const { kernel } = runs;
  const { metadata, workflow } = response.request;
  const builtIn = async () => {
    const definition = kernel.definitionOf(id);
    const hash = definition ? await contentHash(definition) : "";
    return { name: "answer", version: 0, hash };
  };
  return {
    kernel,
    reader: new RunReader(kernel),
    watchers,
    frame: async () => ({ id, workflow: workflow ?? (await builtIn()), metadata }),
    erase: null,
  };
}
