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

/** The schema of the table of a passage. */
export const TableBody = z
  .string()
  .nullable()
  .describe(
    "Name of the first table that the passage has a part of: the caption above it, or else its number in the file; null " +
      "without a table, and for a file that was indexed before tables were kept.",
  );

/** The schema of the row of a passage. */
export const RowBody = z
  .number()
  .int()
  .nullable()
  .describe(
    "Number of the first row of that table that the passage has a part of, counted from 1 below the header; null without " +
      "a table, or in its header.",
  );
