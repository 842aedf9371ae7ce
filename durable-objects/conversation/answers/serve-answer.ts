import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { contentHash } from "../../../src/workflow/content-hash.ts";
import type { EventWatchers } from "../../run/event-watchers.ts";
import type { ServedRun } from "../../run/run-handle.ts";
import { RunReader } from "../../run/run-reader.ts";
import type { LiveResponse } from "../responses/responses.ts";

/** Returns the run that produces a response, with what a `RunHandle` needs to serve it to clients. */
export function serveAnswer(
  { id, request: { metadata, workflow } }: LiveResponse,
  { kernel, watchers }: { readonly kernel: StepKernel; readonly watchers: EventWatchers },
): ServedRun {
  /** Identifies the built-in workflow that a run is pinned to. It may differ between builds. */
  const identifyBuiltIn = async () => {
    const definition = kernel.definition(id);
    const hash = definition ? await contentHash(definition) : "";
    return { name: "answer", version: 0, hash };
  };
  return {
    kernel,
    reader: new RunReader(kernel),
    watchers,
    frame: async () => ({ id, workflow: workflow ?? (await identifyBuiltIn()), metadata }),
    erase: null,
  };
}
