import { z } from "zod";

import { EXPRESSION_DEPTH_MAX, isShallow } from "../../bounds.ts";

/** The schema of any JSON value. Refuses values that are nested so deeply that recursive code could fail on them. */
export const JsonValue = z
  .unknown()
  .refine(
    (value) => isShallow(value, EXPRESSION_DEPTH_MAX),
    `must be nested at most ${EXPRESSION_DEPTH_MAX} deep`,
  )
  .optional();
