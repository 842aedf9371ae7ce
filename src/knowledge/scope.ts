import {
  type FileId,
  isFileId,
  isProjectId,
  isVectorStoreId,
  type ProjectId,
  type VectorStoreId,
} from "../ids.ts";
import { JURISDICTIONS } from "../jurisdiction.ts";
import type { FollowerNumber, SearchShardNumber } from "./shard-numbers.ts";

/**
 * The project that a request belongs to, and the region of its Durable Objects. The name of every object of the project
 * begins with both.
 */
export type Scope = { readonly projectId: ProjectId; readonly region: Region };

/**
 * The regions in which a project's Durable Objects can be created: location hints of Cloudflare, near which they are
 * created, and jurisdictions, inside which they stay.
 */
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
  ...JURISDICTIONS,
] as const;
/** A region in which a project's Durable Objects can be created. */
export type Region = (typeof REGIONS)[number];

/**
 * Makes the name of a Durable Object of a project. It contains the project's id, so with an id that belongs to another
 * project it is the name of an object that does not exist.
 */
export function objectName(scope: Scope, id: string): string {
  return `${scope.projectId}:${scope.region}:${id}`;
}

/**
 * Makes the name of the Durable Object that is search shard `number` of a vector store. `generation` counts the times
 * that the store's index was rebuilt.
 */
export function shardName(
  scope: Scope,
  store: VectorStoreId,
  generation: number,
  number: SearchShardNumber,
): string {
  return objectName(scope, `${store}:${generation}:${number}`);
}

/**
 * Makes the name of the Durable Object that is the follower `follower` of a search shard: a copy that answers searches
 * beside it.
 */
export const followerName = (shard: string, follower: FollowerNumber): string =>
  `${shard}:${follower}`;

/** Reads the project, region and vector store from the name of a search shard; null if the name is of nothing such. */
export function readShardName(
  name: string,
): { readonly scope: Scope; readonly storeId: VectorStoreId } | null {
  const [projectId = "", regionName, storeId = ""] = name.split(":");
  const region = REGIONS.find((one) => one === regionName);
  if (!isProjectId(projectId) || !region || !isVectorStoreId(storeId)) return null;
  return { scope: { projectId, region }, storeId };
}

/** Makes the key under which R2 stores the bytes of a file. */
export const bytesKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/bytes`;
/** Makes the key under which R2 stores the text that was extracted from a file. */
export const textKey = (projectId: ProjectId, fileId: FileId) => `${projectId}/${fileId}/text`;
/**
 * Returns the id of the file to which an object in R2 belongs, by the object's key; null if the key is not one of this
 * project's files.
 */
export function readObjectKey(projectId: ProjectId, key: string): FileId | null {
  const [owner, fileId = "", name] = key.split("/");
  if (owner !== projectId || (name !== "bytes" && name !== "text")) return null;
  return isFileId(fileId) ? fileId : null;
}
