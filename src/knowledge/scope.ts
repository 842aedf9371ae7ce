import type { FileId, ProjectId, VectorStoreId } from "../ids.ts";
import type { SearchShardNumber } from "./shard-numbers.ts";

/** The tenant of a request and where its objects live. Every object's name begins with it. */
export type Scope = { readonly projectId: ProjectId; readonly region: Region };

/** Where a project's objects are created: a location hint of Durable Objects, or the EU jurisdiction. */
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
export type Region = (typeof REGIONS)[number];

/**
 * The name of an object that belongs to a project. Isolation is by construction: another project's
 * id names another object, one that was never created.
 */
export function objectName(scope: Scope, id: string): string {
  return `${scope.projectId}:${scope.region}:${id}`;
}

/** The search shard `number` of one index generation of a store. */
export function shardName(
  scope: Scope,
  store: VectorStoreId,
  generation: number,
  number: SearchShardNumber,
): string {
  return objectName(scope, `${store}:${generation}:${number}`);
}

/** Where a file's bytes and its extracted text are kept in R2. */
export const bytesKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/bytes`;
export const textKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/text`;
