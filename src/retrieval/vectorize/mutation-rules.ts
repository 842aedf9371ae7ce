import type { ChangeKind, OutgoingEntry } from "./outgoing.ts";
import type { IndexMetadata, IndexState } from "./vector-index.ts";

/**
 * A mutation of a vector index in the journal of the index's writer. It is *planned* until the index has accepted it,
 * *accepted* until the index says that it is processed, and then *seen* until it is checked. Times are in milliseconds
 * since the epoch.
 */
export type JournalMutation = {
  readonly id: number;
  readonly kind: ChangeKind;
  /** The id that the index gave it; null while it is planned. */
  readonly mutationId: string | null;
  /** Orders the accepted mutations: the ids have no order. */
  readonly place: number;
  /** The time at which the index had answered; null while it is planned. */
  readonly acceptedAt: number | null;
  readonly seenAt: number | null;
  /** The earliest time of the next attempt, while it is planned. */
  readonly dueAt: number;
  /** Number of attempts that have failed. */
  readonly attempts: number;
};

/** The clocks of the index and of the writer may differ by this much. */
const CLOCK_MS = 10_000;
/** A processed mutation is checked after this time: parts of the index may be behind the one that has answered. */
const SETTLE_MS = 10_000;
/** A mutation that is not processed for so long is made again. Vectorize takes less than 2 minutes for 99 of 100. */
const LOST_MS = 900_000;
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 300_000;
/** Time between two questions to the index while mutations are open. */
const POLL_MS = 5_000;

/**
 * Returns the accepted mutations that the index has processed: those up to the one that it names, in the order of their
 * acceptance. If it names one that is not in the journal, the time of that one decides, with a margin.
 */
export function findProcessed(
  mutations: readonly JournalMutation[],
  { processedMutation, processedAt }: IndexState,
): JournalMutation[] {
  const accepted = mutations.filter(({ mutationId, seenAt }) => mutationId !== null && !seenAt);
  const named = mutations.find(({ mutationId }) => mutationId === processedMutation);
  if (processedMutation !== null && named) {
    return accepted.filter(({ place }) => place <= named.place);
  }
  if (processedAt === null) return [];
  return accepted.filter(({ acceptedAt }) => (acceptedAt ?? Infinity) + CLOCK_MS <= processedAt);
}

/** The next step of a mutation: `issue` it, `check` its effect, issue it `again` since it is lost, or `wait`. */
export type MutationStep = "issue" | "check" | "again" | "wait";

/** Decides the next step of a mutation. */
export function nextStep(mutation: JournalMutation, now: number): MutationStep {
  const { mutationId, acceptedAt, seenAt, dueAt } = mutation;
  if (mutationId === null) return dueAt <= now ? "issue" : "wait";
  if (seenAt !== null) return seenAt + SETTLE_MS <= now ? "check" : "wait";
  return (acceptedAt ?? now) + LOST_MS <= now ? "again" : "wait";
}

/** Returns the time at which the writer has something to do for a mutation. */
export function mutationDue({ mutationId, seenAt, dueAt }: JournalMutation, now: number): number {
  if (mutationId === null) return dueAt;
  return seenAt === null ? now + POLL_MS : seenAt + SETTLE_MS;
}

/** Returns the time of the next attempt after `attempts` have failed. */
export const retryAt = (attempts: number, now: number): number =>
  now + Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(attempts, 16));

/**
 * Tests whether a mutation has had its effect on a vector, with the metadata `found` under its id in the index; none if
 * there is no vector. A vector whose metadata have changed since it was written is not as it should be either.
 */
export const hasEffect = (
  kind: ChangeKind,
  wanted: IndexMetadata,
  found: IndexMetadata | undefined,
): boolean =>
  kind === "delete" ? found === undefined : found !== undefined && hasMetadata(found, wanted);

/** Tests whether metadata have the values that are wanted. */
export const hasMetadata = (found: IndexMetadata, wanted: IndexMetadata): boolean =>
  Object.entries(wanted).every(([property, value]) => found[property] === value);

/** A shard with entries for an index, and the kinds of its changes that are open. */
export type SourceEntries = {
  readonly source: string;
  readonly open: ReadonlySet<ChangeKind>;
  readonly entries: readonly OutgoingEntry[];
};

/** A mutation to make: entries of one kind, of one or more shards. */
export type PlannedMutation = {
  readonly kind: ChangeKind;
  readonly parts: readonly { readonly source: string; readonly seqs: readonly number[] }[];
};

/**
 * Chooses the entries of the next mutation, at most `vectorsMax` vectors: of each shard the next ones of one kind. A
 * shard's change waits while changes of the other kind are open, so that the order in which the index applies the open
 * ones does not matter. Null if nothing can be made now.
 */
export function planMutation(
  sources: readonly SourceEntries[],
  vectorsMax: number,
): PlannedMutation | null {
  const ready = sources.filter(({ entries, open }) => {
    const [first] = entries;
    return first !== undefined && !open.has(otherKind(first.kind));
  });
  const kind = ready[0]?.entries[0]?.kind;
  if (kind === undefined) return null;
  const parts: { source: string; seqs: readonly number[] }[] = [];
  let room = vectorsMax;
  for (const { source, entries } of ready) {
    const seqs: number[] = [];
    for (const entry of entries) {
      if (entry.kind !== kind || entry.count > room) break;
      seqs.push(entry.seq);
      room -= entry.count;
    }
    if (seqs.length > 0) parts.push({ source, seqs });
  }
  return { kind, parts };
}

const otherKind = (kind: ChangeKind): ChangeKind => (kind === "upsert" ? "delete" : "upsert");

/**
 * Splits a mutation that the index has refused as a whole into two, so that one bad vector does not hold back the
 * others; null if it is one entry.
 */
export function splitMutation({
  kind,
  parts,
}: PlannedMutation): readonly [PlannedMutation, PlannedMutation] | null {
  const entries = parts.flatMap(({ source, seqs }) => seqs.map((seq) => ({ source, seq })));
  if (entries.length < 2) return null;
  const middle = Math.ceil(entries.length / 2);
  const join = (some: typeof entries): PlannedMutation => ({
    kind,
    parts: [...Map.groupBy(some, ({ source }) => source)].map(([source, own]) => ({
      source,
      seqs: own.map(({ seq }) => seq),
    })),
  });
  return [join(entries.slice(0, middle)), join(entries.slice(middle))];
}
