import { HttpWith } from "./http-call/http-with.ts";
import { SqlWith } from "./sql-query/sql-with.ts";

/** The steps that leave the service, and what each one is given. */
export const EXTERNAL_STEP_TYPES = { "http@1": HttpWith, "sql@1": SqlWith } as const;
