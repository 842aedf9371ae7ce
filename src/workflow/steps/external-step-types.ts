import { HttpWith } from "./http-call/http-with.ts";
import { SqlWith } from "./sql-query/sql-with.ts";

/** The step types that call services outside, with the schemas of their parameters (`with`). */
export const EXTERNAL_STEP_TYPES = { "http@1": HttpWith, "sql@1": SqlWith } as const;
