import { z } from "zod";

import { REGIONS } from "../knowledge/scope.ts";

/** The schema of the project and the region in a message of a queue. */
export const MessageScope = z.strictObject({
  projectId: z.templateLiteral(["proj_", z.string().max(64)]),
  region: z.enum(REGIONS),
});
