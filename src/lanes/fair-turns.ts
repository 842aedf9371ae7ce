import type { LaneWork } from "./lane-client.ts";

/** A job that waits. `since` is when it came, in milliseconds since the epoch. */
export type WaitingJob = LaneWork & { readonly tokens: number; readonly since: number };

type Turn = {
  /** The project's jobs by the names of their work, in the order in which they came. */
  readonly jobs: Map<string, WaitingJob>;
  /** The tokens that the project may still use in its turns. */
  deficit: number;
};

/** Tokens that a project gets in each of its turns: about those of one answer. */
const QUANTUM = 2_000;
/** Maximum tokens that count for one job, so that a job waits for a bounded number of turns. */
const TOKENS_MAX = 200_000;

/**
 * The waiting jobs of a lane, in the order in which they are sent: projects take turns by deficit round robin (Shreedhar
 * and Varghese, 1995). In a turn a project gets tokens, and sends jobs until they are used; what is left is kept for its
 * next turn. So each project with waiting jobs gets the same number of tokens, whatever the number and size of its jobs.
 * The jobs of one project keep their order.
 */
export class FairTurns {
  /** By project, in the order of turns: the first is the one whose turn it is. */
  readonly #turns = new Map<string, Turn>();
  #size = 0;

  /** The number of waiting jobs. */
  get size(): number {
    return this.#size;
  }

  /** Adds a job of a project at the end of its jobs. A job for the same work is replaced, in its place. */
  add(project: string, job: WaitingJob): void {
    const turn = this.#turns.get(project) ?? { jobs: new Map<string, WaitingJob>(), deficit: 0 };
    const key = nameWork(job);
    if (!turn.jobs.has(key)) this.#size += 1;
    turn.jobs.set(key, { ...job, tokens: Math.min(TOKENS_MAX, Math.max(1, job.tokens)) });
    if (turn.jobs.size === 1) this.#turns.set(project, turn);
  }

  /** Removes a job of a project. Does nothing if it does not wait. */
  remove(project: string, work: LaneWork): void {
    const turn = this.#turns.get(project);
    if (!turn?.jobs.delete(nameWork(work))) return;
    this.#size -= 1;
    if (turn.jobs.size === 0) this.#turns.delete(project);
  }

  /**
   * Removes and returns the next job, of a project for which `hasRoom` is true; null if there is none. A
   * project without room keeps its turn.
   */
  next(hasRoom: (project: string) => boolean): LaneWork | null {
    const able = [...this.#turns].filter(([project]) => hasRoom(project));
    while (able.length > 0) {
      for (const [project, turn] of able) {
        const [first] = turn.jobs.values();
        if (first && first.tokens <= turn.deficit) {
          turn.deficit -= first.tokens;
          this.remove(project, first);
          return first;
        }
        turn.deficit += QUANTUM;
        this.#turns.delete(project);
        this.#turns.set(project, turn);
      }
    }
    return null;
  }

  /**
   * Estimates the place of a job, from 1: before it go the earlier jobs of its project, and of each other project those
   * that need no more tokens than these and the job together. Null if the job does not wait.
   */
  place(project: string, work: LaneWork): number | null {
    const own = this.#turns.get(project);
    const key = nameWork(work);
    if (!own?.jobs.has(key)) return null;
    let [tokens, place] = [0, 0];
    for (const [name, job] of own.jobs) {
      tokens += job.tokens;
      place += 1;
      if (name === key) break;
    }
    for (const turn of this.#turns.values()) if (turn !== own) place += countWithin(turn, tokens);
    return place;
  }

  /** Returns when the job that has waited longest came, in milliseconds since the epoch; null if none waits. */
  oldest(): number | null {
    const heads = [...this.#turns.values()].flatMap(({ jobs }) => [...jobs.values()].slice(0, 1));
    return heads.length === 0 ? null : Math.min(...heads.map(({ since }) => since));
  }
}

const nameWork = ({ runId, step }: LaneWork) => `${runId} ${step}`;

/** Counts the first jobs of a turn that together need at most `tokens`. */
function countWithin({ jobs }: Turn, tokens: number): number {
  let [used, count] = [0, 0];
  for (const job of jobs.values()) {
    used += job.tokens;
    if (used > tokens) break;
    count += 1;
  }
  return count;
}
