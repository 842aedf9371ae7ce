import { z } from "zod";

/** The schema of the headings above a passage. */
export const HeadingPathBody = z
  .array(z.string())
  .describe("The headings above the passage, outermost first.");

/** The schema of the page of a passage. */
export const PageBody = z
  .string()
  .nullable()
  .describe(
    "Name of the page on which the passage begins, as it is printed; null for a file without pages, and for one that " +
      "was indexed before pages were kept.",
  );
