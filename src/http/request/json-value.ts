import { z } from "zod";

/** As deep as expressions look into values. */
const DEPTH_MAX = 64;

/** Any JSON, unless it is nested so deep that reading it again could fail. */
export const JsonValue = z
  .unknown()
  .refine((value) => isShallow(value, DEPTH_MAX), `must be nested at most ${DEPTH_MAX} deep`)
  .optional();

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}
