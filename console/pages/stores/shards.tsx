import type { VectorStoreIndex } from "../../api/operations.ts";
import { countOf, formatNumber } from "../../state/words.ts";

/** The search shards of a store, each with its share of the chunks. */
export function Shards({ index }: { index: VectorStoreIndex }) {
  const max = index.max_chunks_per_shard;
  return (
    <section class="card stack" aria-label="Search shards">
      <h2>{countOf(index.shards.length, "search shard")}</h2>
      <p class="soft small">
        A search asks all shards at once. A shard takes new files until it has {formatNumber(max)}{" "}
        chunks; then the next one is added.
      </p>
      <ul class="shards">
        {index.shards.map(({ number, chunk_count: count, followers }) => (
          <li key={number}>
            <span class="small">Shard {number}</span>
            <meter min={0} max={max} value={count} aria-label={`Chunks in shard ${number}`} />
            <span class="soft small number">{countOf(count, "chunk")}</span>
            {followers.length > 0 && <Followers followers={followers} />}
          </li>
        ))}
      </ul>
      <p class="soft small">
        The index was built{" "}
        {index.generation === 1 ? "once" : `${formatNumber(index.generation)} times`}, and its
        content has changed {countOf(index.content_version, "time")}.
      </p>
    </section>
  );
}

type Follower = VectorStoreIndex["shards"][number]["followers"][number];

/** The copies of a shard that answer searches, too, while it is asked much. */
function Followers({ followers }: { readonly followers: readonly Follower[] }) {
  return (
    <ul class="followers soft small" aria-label="Followers">
      {followers.map(({ number, status, content_version: version }) => (
        <li key={number}>
          Follower {number}: {status}
          {version !== null && `, has version ${formatNumber(version)} of the content`}
        </li>
      ))}
    </ul>
  );
}
