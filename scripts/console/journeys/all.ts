import type { Journey } from "../world.ts";
import { accessEnds } from "./access-ends.ts";
import { answers } from "./answers.ts";
import { choices } from "./choices.ts";
import { conversations } from "./conversations.ts";
import { projectElsewhere, searchElsewhere, whyElsewhere, workflowElsewhere } from "./elsewhere.ts";
import { files } from "./files.ts";
import { filters } from "./filters.ts";
import { firstMinutes } from "./first-minutes.ts";
import { forks } from "./forks.ts";
import { hostileWork } from "./hostile-work.ts";
import { injection } from "./injection.ts";
import { interruptions } from "./interruptions.ts";
import { keyboard } from "./keyboard.ts";
import { laneCurves } from "./lane-curves.ts";
import { live } from "./live.ts";
import { loading } from "./loading.ts";
import { longRun } from "./long-run.ts";
import { missing } from "./missing.ts";
import { operations } from "./operations.ts";
import { reindex } from "./reindex.ts";
import { retrieval } from "./retrieval.ts";
import { sessions } from "./sessions.ts";
import { typedText } from "./typed-text.ts";
import { projects, workflows } from "./workflows.ts";

/** All journeys, in the order in which they are made: the first one finds a new service. */
export const JOURNEYS: readonly Journey[] = [
  firstMinutes,
  keyboard,
  files,
  retrieval,
  answers,
  forks,
  conversations,
  workflows,
  longRun,
  operations,
  laneCurves,
  projects,
  filters,
  typedText,
  sessions,
  accessEnds,
  live,
  workflowElsewhere,
  projectElsewhere,
  searchElsewhere,
  whyElsewhere,
  missing,
  choices,
  reindex,
  loading,
  injection,
  hostileWork,
  interruptions,
];
