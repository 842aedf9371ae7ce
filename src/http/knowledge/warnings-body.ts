import { z } from "zod";

import { FILE_STAGES } from "../../knowledge/file-stage.ts";
import { describeWarning, type FileWarning, WARNING_CODES } from "../../knowledge/file-warnings.ts";
import { includeQuery } from "../request/include-query.ts";
import { COMPONENTS } from "../route/components.ts";

/** The value of `include` by which a client requests the warnings of a file, an extension by Edgewise. */
export const WARNINGS = "edgewise.warnings";

/** The value of `include` by which a client requests the name of a file, an extension by Edgewise. */
export const FILENAME = "edgewise.filename";

/** The value of `include` by which a client requests the stage of a file's indexing, an extension by Edgewise. */
export const STAGE = "edgewise.stage";

/** The schema of the query parameter `include` for reading the files of a vector store, an extension by Edgewise. */
export const FileIncludeQuery = includeQuery(z.enum([WARNINGS, FILENAME, STAGE])).describe(
  "Edgewise extension: members to add to each file. `edgewise.warnings` adds `warnings`, `edgewise.filename` adds `filename`, `edgewise.stage` adds `stage`.",
);

/** The schema of the stage of a file. */
export const StageBody = z
  .enum(FILE_STAGES)
  .nullable()
  .describe(
    "Stage of the indexing of a file that is `in_progress`: `queued` until a consumer has taken it, then `parsing`, `chunking`, `embedding` and `indexing`. A stage that takes less than half a second may not be shown. Null for other files.",
  );

/** The schema of the warnings of a file. */
export const WarningsBody = z
  .array(
    z
      .strictObject({
        code: z.enum(WARNING_CODES).describe("Kind of the loss."),
        count: z.number().int().describe("Number of times that it occurred in the file."),
        message: z.string().describe("Both in words, such as `3 images without text`."),
      })
      .register(COMPONENTS, { id: "FileWarning" }),
  )
  .describe("What was lost or changed when the file's text was extracted; empty if nothing was.");

/** Builds the list of warnings for a response body. */
export function warningsBody(warnings: readonly FileWarning[]): z.input<typeof WarningsBody> {
  return warnings.map((warning) => ({
    code: warning.code,
    count: warning.count,
    message: describeWarning(warning),
  }));
}
