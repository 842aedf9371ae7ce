import { type FileId, isFileId, type ProjectId, type VectorStoreId } from "../ids.ts";
import type { SearchShardNumber } from "./shard-numbers.ts";

/** The tenant of a request and the region of its objects. Every object's name begins with both. */
export type Scope = { readonly projectId: ProjectId; readonly region: Region };

/** The regions where a project's objects can be created: location hints of Durable Objects, or the EU jurisdiction. */
export const REGIONS = [
  "auto",
  "wnam",
  "enam",
  "weur",
  "eeur",
  "apac",
  "oc",
  "afr",
  "me",
  "eu",
] as const;
/** One of `REGIONS`. */
export type Region = (typeof REGIONS)[number];

/**
 * Formats the name of a Durable Object of a project. The project is part of the name, so an id that another project
 * uses never reaches this project's object.
 */
export function objectName(scope: Scope, id: string): string {
  return `${scope.projectId}:${scope.region}:${id}`;
}

/** Formats the name of search shard `number` in one index generation of a store. */
export function shardName(
  scope: Scope,
  store: VectorStoreId,
  generation: number,
  number: SearchShardNumber,
): string {
  return objectName(scope, `${store}:${generation}:${number}`);
}

/** Formats the R2 key of a file's bytes. */
export const bytesKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/bytes`;
/** Formats the R2 key of a file's extracted text. */
export const textKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/text`;
/** Reads the file that an object in R2 belongs to; null for a key that is not a file's. */
export function readObjectKey(projectId: ProjectId, key: string): FileId | null {
  const [owner, fileId = "", name] = key.split("/");
  if (owner !== projectId || (name !== "bytes" && name !== "text")) return null;
  return isFileId(fileId) ? fileId : null;
}
