import { BaseSequencer, type TestSpecification } from "vitest/node";

import { LONGEST } from "./longest-files.ts";

/** Returns the place of a file among the longest; -1 for any other. */
const rank = ({ moduleId }: TestSpecification) =>
  LONGEST.findIndex((path) => moduleId.endsWith(path));

/**
 * Vitest's order of test files: in each project the longest files first, so that no long one begins last. Vitest
 * orders by the durations of earlier runs, which CI does not have.
 */
export class LongestFirst extends BaseSequencer {
  /** Sorts the test files of a run: the longest first, the others by size, largest first. */
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
