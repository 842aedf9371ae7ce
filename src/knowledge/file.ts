import type { FileId, ProjectId } from "../ids.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** An uploaded file, as CATALOG has it. Times are Unix seconds. */
export type StoredFile = {
  readonly id: FileId;
  readonly projectId: ProjectId;
  readonly filename: string;
  readonly purpose: FilePurpose;
  readonly bytes: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly createdAt: number;
  readonly expiresAt: number | null;
};

export const FILE_PURPOSES = [
  "assistants",
  "batch",
  "fine-tune",
  "vision",
  "user_data",
  "evals",
] as const;
export type FilePurpose = (typeof FILE_PURPOSES)[number];

/** The largest upload, in bytes: what most Cloudflare plans let through in one request. */
export const FILE_BYTES_MAX = 100 * 1024 * 1024;

/** OpenAI's File object. */
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
