import { withDeadline } from "../../abort.ts";
import type { FollowerNumber } from "../../knowledge/shard-numbers.ts";
import type { FollowedShard, FollowPoint } from "../follow-point.ts";
import { chooseCopy, type CopyBoard, type CopyNumber } from "../followers/copy-board.ts";

/**
 * Time after which a follower that has not answered is compared with its shard, which is asked, too, in milliseconds; and
 * after which others look again whether it was left meanwhile.
 */
const SLOW_MS = 750;
/** How often a search looks again until it leaves a follower that was not compared, since others were. */
const LOOKS_MAX = 4;
/** Time for which a follower that failed, or was slower than its shard, is not asked, in milliseconds. */
const FAILED_MS = 5_000;

/** The dependencies of `askCopy`: a search shard and its followers. */
export type AskCopyDeps<Answer> = {
  readonly board: CopyBoard;
  /** The key of the shard on the board. */
  readonly key: string;
  /** Asks the shard itself. Returns null if it is erased. */
  leader(): Promise<Answer | null>;
  /** Asks a follower. Returns null if it does not have everything that the search must see. */
  follower(number: FollowerNumber, point: FollowPoint): Promise<Answer | null>;
  /** Called with the time that the copy took that has answered, in milliseconds. */
  onAnswer(ms: number): void;
  /** Called for a follower that failed, or was slower than its shard. */
  onLeft(number: FollowerNumber, reason: unknown): void;
  /** The time in milliseconds since the epoch. */
  now(): number;
  /** A number from 0 to below 1. */
  random(): number;
};

/** The reason why a follower was left that did not answer, while its shard did. */
class FollowerTooSlow extends Error {
  override readonly name = "FollowerTooSlow";

  constructor(number: FollowerNumber) {
    super(`The follower ${number} did not answer in time`);
  }
}

/**
 * Asks a search shard or one of its followers, whichever has fewer open searches of this isolate. If a follower is
 * behind, fails or is slower than its shard, takes the answer of that, so that followers make no search fail and none
 * stale. A follower that is slow is not left for that alone: where all copies have queues, the searches that leave it
 * would make the queue of the shard longer. Returns null if the shard is erased.
 */
export async function askCopy<Answer>(
  deps: AskCopyDeps<Answer>,
  followed: FollowedShard | null,
): Promise<Answer | null> {
  const { board, key } = deps;
  const askable = (followed?.followers ?? []).filter(
    (number) => !board.isAvoided(key, number, deps.now()),
  );
  const countOpen = (copy: CopyNumber) => board.countOpen(key, copy);
  const chosen =
    askable.length === 0 ? 0 : chooseCopy([0, ...askable], countOpen, () => deps.random());
  const answer = chosen !== 0 && followed ? await askFollower(deps, chosen, followed.point) : null;
  return answer ?? (await askLeader(deps));
}

const SLOW = Symbol("slow");
const onSlow = (): typeof SLOW => SLOW;

/** Asks a follower. Returns null if the shard has to be asked in its place. */
async function askFollower<Answer>(
  deps: AskCopyDeps<Answer>,
  number: FollowerNumber,
  point: FollowPoint,
): Promise<Answer | null> {
  const { board, key } = deps;
  board.earnComparison();
  const wait = { isOver: false };
  const asked = askOne(deps, number, () => deps.follower(number, point)).catch((error) => {
    // If it fails later, nobody waits for it any more.
    if (!wait.isOver) leave(deps, number, error);
    return null;
  });
  try {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const answer = await withDeadline(asked, SLOW_MS, onSlow);
      if (answer !== SLOW) return answer;
      if (board.isAvoided(key, number, deps.now())) return null;
      if (board.spendComparison()) return await compare(deps, number, asked);
    }
    leave(deps, number, new FollowerTooSlow(number));
    return null;
  } finally {
    wait.isOver = true;
  }
}

/**
 * Asks the shard beside a follower that is slow, and takes the first answer. Leaves the follower if it comes second. A
 * follower that is behind, or fails now, gives none.
 */
async function compare<Answer>(
  deps: AskCopyDeps<Answer>,
  number: FollowerNumber,
  asked: Promise<Answer | null>,
): Promise<Answer | null> {
  const leader = askLeader(deps);
  const first = await Promise.race([asked, leader.then(onSlow, () => asked)]);
  if (first !== SLOW && first !== null) return first;
  const answer = await leader;
  if (first === SLOW) leave(deps, number, new FollowerTooSlow(number));
  return answer;
}

function leave<Answer>(deps: AskCopyDeps<Answer>, number: FollowerNumber, reason: unknown): void {
  deps.board.avoid(deps.key, number, deps.now() + FAILED_MS, deps.now());
  deps.onLeft(number, reason);
}

const askLeader = <Answer>(deps: AskCopyDeps<Answer>): Promise<Answer | null> =>
  askOne(deps, 0, () => deps.leader());

async function askOne<Answer>(
  deps: AskCopyDeps<Answer>,
  copy: CopyNumber,
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const started = deps.now();
  const answer = await deps.board.run(deps.key, copy, ask);
  if (answer !== null) deps.onAnswer(deps.now() - started);
  return answer;
}
