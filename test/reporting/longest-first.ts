import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of more than 3 s: begun last, one of them would run alone at the end. */
const LONGEST = [
  "ingest/hostile-files.test.ts",
  "http/failing-uploads.test.ts",
  "bounds/large-values.test.ts",
  "http/service.test.ts",
  "kernel/crash-fuzz.test.ts",
  "runs/run-durability.test.ts",
  "conformance/bad-documents.test.ts",
  "schedules/crashes.test.ts",
  "stores/vector-store.test.ts",
];

/**
 * Vitest's order of test files: each project's largest files first, so that no long one begins last. Vitest orders by
 * the durations of earlier runs, which CI does not have.
 */
export class LongestFirst extends BaseSequencer {
  /** Sorts the test files of a run by size, largest first. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's own method, which returns a new array
    const sorted = await super.sort(files);
    const projects = Map.groupBy(sorted, ({ project }) => project.name);
    return [...projects.values()].flatMap((specifications) => {
      const { long = [], other = [] } = Object.groupBy(specifications, ({ moduleId }) =>
        LONGEST.some((path) => moduleId.endsWith(path)) ? "long" : "other",
      );
      return [...long, ...other];
    });
  }
}
