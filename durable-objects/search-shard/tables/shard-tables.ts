import { SHARD_LIMITS, type ShardLimits } from "../shard-limits.ts";
import { AnalyzerTable } from "./analyzer-table.ts";
import { ChunkTables } from "./chunk-tables.ts";
import { CopyTables } from "./copy-tables.ts";
import { DamageTables } from "./damage-tables.ts";
import { FollowedTable } from "./followed-table.ts";
import { FollowerTable } from "./follower-table.ts";
import { MergeTables } from "./merge-tables.ts";
import { OutgoingTables } from "./outgoing-tables.ts";
import { RemovalTables } from "./removal-tables.ts";
import { SegmentTables } from "./segment-tables.ts";
import { StagedTables } from "./staged-tables.ts";
import { StoredChunkTables } from "./stored-chunk-tables.ts";
import { UnindexedTables } from "./unindexed-tables.ts";
import { VectorTables } from "./vector-tables.ts";

/** The tables of a search shard, and the limits of the sizes of their rows. Callers open transactions. */
export class ShardTables {
  readonly limits: ShardLimits;
  readonly analyzer: AnalyzerTable;
  readonly chunks: ChunkTables;
  readonly segments: SegmentTables;
  readonly vectors: VectorTables;
  readonly unindexed: UnindexedTables;
  readonly staged: StagedTables;
  readonly merges: MergeTables;
  readonly removals: RemovalTables;
  readonly damage: DamageTables;
  readonly outgoing: OutgoingTables;
  readonly stored: StoredChunkTables;
  readonly followed: FollowedTable;
  readonly follower: FollowerTable;
  readonly copies: CopyTables;

  constructor(sql: SqlStorage, limits: ShardLimits = SHARD_LIMITS) {
    this.limits = limits;
    this.analyzer = new AnalyzerTable(sql);
    this.followed = new FollowedTable(sql);
    this.chunks = new ChunkTables(sql, this.followed);
    this.segments = new SegmentTables(sql, limits);
    this.damage = new DamageTables(sql);
    this.vectors = new VectorTables(sql, this.damage);
    this.unindexed = new UnindexedTables(sql);
    this.staged = new StagedTables(sql);
    this.merges = new MergeTables(sql);
    this.removals = new RemovalTables(sql);
    this.outgoing = new OutgoingTables(sql);
    this.stored = new StoredChunkTables(sql);
    this.follower = new FollowerTable(sql);
    this.copies = new CopyTables(sql);
  }
}
