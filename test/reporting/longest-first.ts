import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of more than 3 s, the longest first: begun last, one of them would run alone at the end. */
const LONGEST = [
  "operations/upgrade-and-restore.test.ts",
  "deploy/deploy.test.ts",
  "kernel/safety-rules.test.ts",
  "http/service.test.ts",
  "ingest/hostile-files.test.ts",
  "bounds/large-values.test.ts",
  "http/failing-uploads.test.ts",
  "bounds/echoes.test.ts",
  "kernel/crash-fuzz.test.ts",
  "ingest/hostile-pdf.test.ts",
  "schedules/crashes.test.ts",
  "conformance/bad-documents.test.ts",
  "stores/vector-store.test.ts",
];

/** Returns the place of a file among the longest; -1 for any other. */
const rank = ({ moduleId }: TestSpecification) =>
  LONGEST.findIndex((path) => moduleId.endsWith(path));

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
      const { long = [], other = [] } = Object.groupBy(specifications, (one) =>
        rank(one) >= 0 ? "long" : "other",
      );
      return [...long.toSorted((a, b) => rank(a) - rank(b)), ...other];
    });
  }
}
