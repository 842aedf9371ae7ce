/** The names of the lanes on the page. */
export const LANE_NAMES = {
  interactive: "Interactive",
  default: "Default",
  batch: "Batch",
  ingest: "Files to index",
} as const;
