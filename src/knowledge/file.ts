import type { FileId, ProjectId } from "../ids.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** An uploaded file, as a row of the catalog database describes it. Times are Unix seconds. */
export type StoredFile = {
  readonly id: FileId;
  readonly projectId: ProjectId;
  readonly filename: string;
  readonly purpose: FilePurpose;
  readonly bytes: number;
  /**
   * SHA-256 of the file's bytes, in hex; if its upload declared a charset, of that digest and the charset. Files with
   * the same value and the same ending have the same text.
   */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly createdAt: number;
  readonly expiresAt: number | null;
};

/** Returns the ending of a file's name, in small letters, which tells text formats apart; "" without one. */
export function readEnding(filename: string): string {
  const dot = filename.lastIndexOf(".");
  return dot < 0 ? "" : filename.slice(dot + 1).toLowerCase();
}

/** The values of `purpose` in OpenAI's Files API. The purpose of a file is stored and has no effect. */
export const FILE_PURPOSES = [
  "assistants",
  "batch",
  "fine-tune",
  "vision",
  "user_data",
  "evals",
] as const;
/** A value of `purpose` in OpenAI's Files API. */
export type FilePurpose = (typeof FILE_PURPOSES)[number];

/**
 * Maximum bytes of an uploaded file. Most Cloudflare plans accept request bodies of up to 100 MB, which also contain
 * the headers and boundaries of the multipart form and its other fields.
 */
export const FILE_BYTES_MAX = 99_000_000;

/** Builds the response body for a file, OpenAI's File object. */
export function fileBody(file: StoredFile) {
  return {
    id: file.id,
    object: "file" as const,
    bytes: file.bytes,
    created_at: file.createdAt,
    ...(file.expiresAt === null ? {} : { expires_at: file.expiresAt }),
    filename: file.filename,
    purpose: file.purpose,
    status: "processed" as const,
  };
}
