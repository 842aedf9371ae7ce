import { z } from "zod";

/** Maximum depth that expressions can read. */
const DEPTH_MAX = 64;

/** The schema of any JSON value. Refuses values that are nested so deeply that recursive code could fail on them. */
export const JsonValue = z
  .unknown()
  .refine((value) => isShallow(value, DEPTH_MAX), `must be nested at most ${DEPTH_MAX} deep`)
  .optional();

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}
