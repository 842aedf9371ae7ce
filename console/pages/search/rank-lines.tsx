/** Height of a hit in the lists, with the gap below it, in pixels; the style has the same. */
const ROW = 104;
const WIDTH = 72;

type RankLinesProps = {
  readonly pairs: readonly (readonly [left: number, right: number])[];
  readonly left: number;
  readonly right: number;
};

/** Lines between two lists, from the rank of a passage in one to its rank in the other. */
export function RankLines({ pairs, left, right }: RankLinesProps) {
  const middle = (rank: number) => rank * ROW + ROW / 2;
  return (
    <svg
      class="rank-lines"
      width={WIDTH}
      height={Math.max(left, right) * ROW}
      role="img"
      aria-label={`${pairs.length} of ${left} passages are in both lists`}
    >
      {pairs.map(([from, to]) => (
        <path
          key={from}
          class={from === to ? "same" : from > to ? "rise" : "fall"}
          d={`M2 ${middle(from)} C${WIDTH / 2} ${middle(from)} ${WIDTH / 2} ${middle(to)} ${WIDTH - 2} ${middle(to)}`}
        />
      ))}
    </svg>
  );
}
