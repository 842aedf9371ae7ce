import { z } from "zod";

import { EXPRESSION_DEPTH_MAX, isShallow } from "../../bounds.ts";

/** Any JSON value, unless it is nested so deep that reading it could fail. */
export const JsonValue = z
  .unknown()
  .refine(
    (value) => isShallow(value, EXPRESSION_DEPTH_MAX),
    `must be nested at most ${EXPRESSION_DEPTH_MAX} deep`,
  )
  .optional();
