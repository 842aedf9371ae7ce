import { z } from "zod";

/**
 * Key-value pairs that a client stores with an API object, such as a vector store, and reads back: OpenAI's `metadata`.
 * The service itself does not use them.
 */
export type Metadata = Readonly<Record<string, string>>;

/** Maximum number of pairs in an object's metadata, and of attributes of a file. */
export const PAIRS_MAX = 16;
/** Maximum length of a key of metadata or attributes, in UTF-16 code units. */
export const KEY_LENGTH_MAX = 64;
/** Maximum length of a value of metadata, or of a text in attributes, in UTF-16 code units. */
export const VALUE_LENGTH_MAX = 512;

/** The schema of `metadata` in a request: up to 16 pairs of strings. Null is read as no pairs. */
export const MetadataParam = z
  .record(z.string().max(KEY_LENGTH_MAX), z.string().max(VALUE_LENGTH_MAX))
  .refine((pairs) => Object.keys(pairs).length <= PAIRS_MAX, {
    error: `at most ${PAIRS_MAX} pairs are kept`,
  })
  .meta({ maxProperties: PAIRS_MAX })
  .nullable()
  .transform((metadata): Metadata => metadata ?? {})
  .describe(
    "Your own key-value pairs, up to 16: keys of up to 64 characters, values of up to 512. They replace all earlier pairs.",
  );
