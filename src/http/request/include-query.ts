import { z } from "zod";

/**
 * Makes the schema of a query parameter `include`, a list of `value`s that is given as `include=a` or
 * `include[]=a&include[]=b`. The list is empty by default.
 */
export const includeQuery = <Value extends z.ZodType<string>>(value: Value) =>
  z
    .preprocess((given) => (typeof given === "string" ? [given] : given), z.array(value))
    .default([]);
