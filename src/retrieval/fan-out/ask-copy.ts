import { withDeadline } from "../../abort.ts";
import type { FollowerNumber } from "../../knowledge/shard-numbers.ts";
import type { FollowedShard, FollowPoint } from "../follow-point.ts";
import { chooseCopy, type CopyBoard, type CopyNumber } from "../followers/copy-board.ts";

/** Time after which a follower that has not answered is left, and its shard is asked, in milliseconds. */
const FOLLOWER_MS = 750;
/** Time for which a follower that failed or was slow is not asked, in milliseconds. */
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
  /** Called for a follower that failed or was slow. */
  onLeft(number: FollowerNumber, reason: unknown): void;
  /** The time in milliseconds since the epoch. */
  now(): number;
  /** A number from 0 to below 1. */
  random(): number;
};

/** The reason why a follower was left that has not answered in time. */
class FollowerTooSlow extends Error {
  override readonly name = "FollowerTooSlow";
}

/**
 * Asks a search shard or one of its followers, whichever has fewer open searches of this isolate. If a follower is
 * behind, fails or is slow, asks the shard in its place, so that followers make no search fail and none stale. Returns
 * null if the shard is erased.
 */
export async function askCopy<Answer>(
  deps: AskCopyDeps<Answer>,
  followed: FollowedShard | null,
): Promise<Answer | null> {
  const { board, key } = deps;
  const askOne = async <Given>(copy: CopyNumber, ask: () => Promise<Given>) => {
    const started = deps.now();
    const answer = await board.run(key, copy, ask);
    if (answer !== null) deps.onAnswer(deps.now() - started);
    return answer;
  };
  const askable = (followed?.followers ?? []).filter(
    (number) => !board.isAvoided(key, number, deps.now()),
  );
  const point = followed?.point;
  const countOpen = (copy: CopyNumber) => board.countOpen(key, copy);
  const chosen =
    askable.length === 0 ? 0 : chooseCopy([0, ...askable], countOpen, () => deps.random());
  if (chosen !== 0 && point) {
    const answer = await askFollower(deps, chosen, () =>
      askOne(chosen, () => deps.follower(chosen, point)),
    );
    if (answer !== null) return answer;
  }
  return await askOne(0, () => deps.leader());
}

async function askFollower<Answer>(
  deps: AskCopyDeps<Answer>,
  number: FollowerNumber,
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const asked = ask();
  try {
    return await withDeadline(asked, FOLLOWER_MS, () => {
      throw new FollowerTooSlow(`No answer of the follower ${number} within ${FOLLOWER_MS} ms`);
    });
  } catch (error) {
    // If it fails later, nobody waits for it any more.
    asked.catch(() => {});
    deps.board.avoid(deps.key, number, deps.now() + FAILED_MS, deps.now());
    deps.onLeft(number, error);
    return null;
  }
}
