import { z } from "zod";

/** Makes the schema of the query parameter `include`, given as `include=a` or `include[]=a&include[]=b`; empty by default. */
export const includeQuery = <Value extends z.ZodType<string>>(value: Value) =>
  z
    .preprocess((given) => (typeof given === "string" ? [given] : given), z.array(value))
    .default([]);
