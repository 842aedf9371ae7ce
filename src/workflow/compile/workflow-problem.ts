import { closestName } from "../../closest-name.ts";
import { shorten } from "../../shorten.ts";

/** A problem of a workflow: its path, its code, and a message that says how to fix it. */
export type WorkflowProblem = {
  /** Member names joined by dots: `steps.charge.when`. */
  readonly path: string;
  readonly code: WorkflowProblemCode;
  readonly message: string;
};

/** The kinds of problems. */
export type WorkflowProblemCode =
  /** The JSON does not have the shape of a workflow. */
  | "invalid"
  | "too_large"
  | "too_many_steps"
  | "too_many_problems"
  | "cycle"
  | "self_need"
  | "duplicate_need"
  | "unknown_step"
  | "unreachable"
  | "unknown_handler"
  | "unknown_workflow"
  /** A member that the step type does not support. */
  | "misplaced"
  | "invalid_with"
  /** An expression that does not parse, or a template that does not end. */
  | "bad_expression"
  | "bad_type"
  | "unknown_reference"
  | "not_an_ancestor";

/** Collects problems up to a limit: a hostile workflow could have a hundred thousand of them. */
export class Problems {
  readonly #found: WorkflowProblem[] = [];
  #left = 0;

  /** Adds a problem at a path. Beyond the maximum, problems are only counted. */
  add(path: Path, code: WorkflowProblemCode, message: string): void {
    if (this.#found.length < PROBLEMS_MAX)
      this.#found.push({ path: formatPath(path), code, message: shortenWords(message) });
    else this.#left += 1;
  }

  /** Lists the problems; a last one says how many more there are. */
  all(): readonly WorkflowProblem[] {
    if (this.#left === 0) return this.#found;
    const message = `There are ${this.#left} more problems: fix these first`;
    return [...this.#found, { path: "", code: "too_many_problems", message }];
  }

  /**
   * Returns `: did you mean "…"?`, or an empty text. Comparing names is slow, so it happens only while the list is
   * short.
   */
  suggest(name: string, names: Iterable<string>): string {
    if (this.#found.length >= SUGGESTIONS_MAX) return "";
    const closest = closestName(name, names);
    return closest === null ? "" : `: did you mean "${closest}"?`;
  }
}

/** The path of a member: names and indexes. */
export type Path = readonly (string | number)[];

/** The names in a path and in a message are the caller's own, and of any length until they are found too long. */
const formatPath = (path: Path) =>
  shorten(path.map((name) => shorten(String(name))).join("."), PATH_MAX);

/** Shortens names and expressions without a space, wherever a message has them. */
const shortenWords = (message: string) => message.replaceAll(/\S{100,}/g, (word) => shorten(word));

const PATH_MAX = 180;
const PROBLEMS_MAX = 100;
const SUGGESTIONS_MAX = 20;
