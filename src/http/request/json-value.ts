import { z } from "zod";

/** Maximum depth that expressions can read. */
const DEPTH_MAX = 64;

/** Any JSON value, unless it is nested so deep that reading it could fail. */
export const JsonValue = z
  .unknown()
  .refine((value) => isShallow(value, DEPTH_MAX), `must be nested at most ${DEPTH_MAX} deep`)
  .optional();

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}
