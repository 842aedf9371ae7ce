import type { FuzzGraph } from "./fuzz-graph.ts";
import {
  CANCELLED,
  CANCELLED_PARENT,
  FAILING_CHILD,
  MAPPED_SAGA,
  NESTED_SAGA,
  RETAKEN,
  SAGA,
} from "./sagas.ts";
import {
  DECIDED,
  DISPATCHED,
  FALLBACK,
  HANDLED,
  PARALLEL,
  PURE,
  RETRY,
  SEQUENCE,
} from "./steps.ts";
import { MAPPED, MAPPED_PARENT, PARENT, PAUSED, SIGNALLED, SLEEPING } from "./waits.ts";

/** All workflows that the crash fuzz runs. */
export const GRAPHS: readonly FuzzGraph[] = [
  SEQUENCE,
  PARALLEL,
  RETRY,
  PURE,
  DISPATCHED,
  HANDLED,
  FALLBACK,
  DECIDED,
  SLEEPING,
  SIGNALLED,
  PAUSED,
  MAPPED,
  PARENT,
  MAPPED_PARENT,
  SAGA,
  MAPPED_SAGA,
  NESTED_SAGA,
  FAILING_CHILD,
  CANCELLED,
  CANCELLED_PARENT,
  RETAKEN,
];
