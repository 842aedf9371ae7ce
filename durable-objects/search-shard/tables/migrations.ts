import createChunks from "../../../migrations/search-shard/0001_chunks.sql";
import indexRemoved from "../../../migrations/search-shard/0002_file_removed.sql";
import addPages from "../../../migrations/search-shard/0003_pages.sql";
import addUnits from "../../../migrations/search-shard/0004_units.sql";
import addSegments from "../../../migrations/search-shard/0005_segments.sql";
import addCodes from "../../../migrations/search-shard/0006_codes.sql";
import addVectorChecksums from "../../../migrations/search-shard/0007_vector_checksums.sql";
import addOutgoing from "../../../migrations/search-shard/0008_outgoing.sql";
import addFilterKeys from "../../../migrations/search-shard/0009_filter_keys.sql";
import makeCodesAgain from "../../../migrations/search-shard/0012_codes_again.sql";
import addFollowers from "../../../migrations/search-shard/0013_followers.sql";
import addAnalyzer from "../../../migrations/search-shard/0014_analyzer.sql";
import addRewrites from "../../../migrations/search-shard/0015_rewrites.sql";

/** The migrations of a search shard, in order. */
export const SHARD_MIGRATIONS = [
  { id: "0001_chunks", sql: createChunks },
  { id: "0002_file_removed", sql: indexRemoved },
  { id: "0003_pages", sql: addPages },
  { id: "0004_units", sql: addUnits },
  { id: "0005_segments", sql: addSegments },
  { id: "0006_codes", sql: addCodes },
  { id: "0007_vector_checksums", sql: addVectorChecksums },
  { id: "0008_outgoing", sql: addOutgoing },
  { id: "0009_filter_keys", sql: addFilterKeys },
  { id: "0012_codes_again", sql: makeCodesAgain },
  { id: "0013_followers", sql: addFollowers },
  { id: "0014_analyzer", sql: addAnalyzer },
  { id: "0015_rewrites", sql: addRewrites },
];
