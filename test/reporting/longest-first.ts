import { BaseSequencer, type TestSpecification } from "vitest/node";

import { LONGEST } from "./longest-files.ts";

/** Returns the place of a file among the longest; -1 for any other. */
const rank = ({ moduleId }: TestSpecification) =>
  LONGEST.findIndex((path) => moduleId.endsWith(path));

/** The projects that wait for processes and alarms come first: what only computes fills the time that they leave. */
const PROJECTS = ["process", "long-worker", "long-rules", "worker", "rules"];

/** Returns the place of a file's project. */
const place = ({ project }: TestSpecification) => PROJECTS.indexOf(project.name);

/**
 * The order of test files: project by project, since a worker goes on only with files of its own project, and in each
 * the longest first, so that no long one begins last. Vitest orders by the durations of earlier runs, which CI does
 * not have.
 */
export class LongestFirst extends BaseSequencer {
  /** Sorts the test files of a run: the longest first, the others by size, largest first. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's own method, which returns a new array
    const sorted = await super.sort(files);
    const { long = [], other = [] } = Object.groupBy(sorted, (one) =>
      rank(one) >= 0 ? "long" : "other",
    );
    return [...long.toSorted((a, b) => rank(a) - rank(b)), ...other].toSorted(
      (a, b) => place(a) - place(b),
    );
  }
}
