import type { VectorStoreReindex } from "../../api/operations.ts";

/** The words for each version of the analyzer. */
export const ANALYZERS: Readonly<Record<string, string>> = {
  1: "Version 1",
  2: "Version 2: finds other spellings, such as Wi-Fi and wifi",
};

/** The words for the places of vectors. */
export const PLACES = {
  auto: "What fits the size",
  shard: "The search shards alone",
  vectorize: "An index of Vectorize",
} as const;

type Status = VectorStoreReindex["status"];

/** The words for the status of a reindex. */
export const REINDEX_STATUS: Readonly<Record<Status, string>> = {
  building: "Being built",
  paused: "Paused",
  ready: "Ready to switch",
  switched: "Switched",
  erasing: "Erasing the old generation",
  completed: "Completed",
  cancelling: "Being cancelled",
  cancelled: "Cancelled",
};

/** The tone of each status, by a name that the parts know. */
export const REINDEX_TONE: Readonly<Record<Status, string>> = {
  building: "running",
  paused: "paused",
  ready: "waiting",
  switched: "active",
  erasing: "running",
  completed: "completed",
  cancelling: "running",
  cancelled: "cancelled",
};

/** What each status means for searches, and what comes next. */
export const REINDEX_MEANING: Readonly<Record<Status, string>> = {
  building: "The files are copied to the new generation. Searches read the old one.",
  paused:
    "No more files are copied until you resume. New files still go to both generations, and searches read the old one.",
  ready:
    "The new generation has all files. Look at the comparison, and switch when you like: searches read the old one until then.",
  switched:
    "Searches read the new generation. The old one is kept up to date for the way back, and is erased then.",
  erasing: "Searches read the new generation. What is left of the old one is being erased.",
  completed: "Searches read the new generation. The old one is erased.",
  cancelling: "Searches read the old generation. What was made of the new one is being erased.",
  cancelled: "Searches read the old generation, as before. The new one is erased.",
};

/** What it means that the store has begun a reindex by itself. */
export const AUTOMATIC =
  "The store has begun this by itself, to split its search shards. It switches and finishes by itself, too. A reindex of yours cancels it.";
