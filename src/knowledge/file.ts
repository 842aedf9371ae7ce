import type { FileId, ProjectId } from "../ids.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** An uploaded file, as the catalogue stores it. Times are Unix seconds. */
export type StoredFile = {
  readonly id: FileId;
  readonly projectId: ProjectId;
  readonly filename: string;
  readonly purpose: FilePurpose;
  readonly bytes: number;
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly createdAt: number;
  readonly expiresAt: number | null;
};

/** OpenAI's purposes of a file. */
export const FILE_PURPOSES = [
  "assistants",
  "batch",
  "fine-tune",
  "vision",
  "user_data",
  "evals",
] as const;
/** One of `FILE_PURPOSES`. */
export type FilePurpose = (typeof FILE_PURPOSES)[number];

/**
 * Maximum bytes of a file. Most Cloudflare plans take a request body of 100 MB, and the frame of the upload needs some
 * of it: the boundaries, the headers of the parts and the fields.
 */
export const FILE_BYTES_MAX = 99_000_000;

/** Encodes a file as OpenAI's File object. */
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
