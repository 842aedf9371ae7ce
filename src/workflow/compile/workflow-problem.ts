import { closestName } from "../../closest-name.ts";
import { shorten } from "../../shorten.ts";

/** A problem of a workflow that a client wants to save: its path, its code, and a message that says how to fix it. */
export type WorkflowProblem = {
  /** The place of the problem: property names joined by dots, such as `steps.charge.when`. */
  readonly path: string;
  readonly code: WorkflowProblemCode;
  readonly message: string;
};

/** The code of a problem of a workflow, by which clients distinguish its kind. */
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

/**
 * Collects the problems of a workflow. Their number is limited, since a malicious workflow could have a hundred
 * thousand.
 */
export class Problems {
  readonly #found: WorkflowProblem[] = [];
  #left = 0;

  /** Adds a problem at a path. Beyond the maximum, problems are only counted. */
  add(path: Path, code: WorkflowProblemCode, message: string): void {
    if (this.#found.length < PROBLEMS_MAX)
      this.#found.push({ path: formatPath(path), code, message: shortenWords(message) });
    else this.#left += 1;
  }

  /** Lists the collected problems. If there were too many, a last one says how many more there are. */
  all(): readonly WorkflowProblem[] {
    if (this.#left === 0) return this.#found;
    const message = `There are ${this.#left} more problems: fix these first`;
    return [...this.#found, { path: "", code: "too_many_problems", message }];
  }

  /**
   * Returns `: did you mean "…"?` with the most similar of `names`, or "" if none is similar. Comparing names is slow,
   * so the result is "" once many problems were collected.
   */
  suggest(name: string, names: Iterable<string>): string {
    if (this.#found.length >= SUGGESTIONS_MAX) return "";
    const closest = closestName(name, names);
    return closest === null ? "" : `: did you mean "${closest}"?`;
  }
}

/** The path of a value in a workflow: property names and list indexes. */
export type Path = readonly (string | number)[];

/** The names in a path and in a message are the caller's own, and of any length until they are found too long. */
const formatPath = (path: Path) =>
  shorten(path.map((name) => shorten(String(name))).join("."), PATH_MAX);

/** Shortens names and expressions without a space, wherever a message has them. */
const shortenWords = (message: string) => message.replaceAll(/\S{100,}/g, (word) => shorten(word));

const PATH_MAX = 180;
const PROBLEMS_MAX = 100;
const SUGGESTIONS_MAX = 20;
