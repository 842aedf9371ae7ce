import { z } from "zod";

import { type FileId, isFileId, type VectorStoreId } from "../../ids.ts";
import type { Attributes } from "../../knowledge/attributes.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import type { FilePage, PageQuery, StoreFileView } from "../../knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { claimOn, type Created, KEY_SPENT, type RequestKey } from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import { objectType, OnlyPage } from "../fields.ts";
import { deletion, listOfOne, declareList } from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { CHANGES, Reply } from "../route/declaration.ts";
import { FILE_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  AttachBody,
  attachOnce,
  findAdmitted,
  type AttachDeps,
  listFiles,
  StoreFilesQuery,
} from "./attach.ts";
import { AttributesParam } from "./knowledge-params.ts";
import { refuseNoText } from "./no-text.ts";
import {
  pollHeaders,
  storeFileBody,
  StoreFileBody,
  STORE_FILE_EXAMPLE,
} from "./vector-store-body.ts";
import { FileIncludeQuery, WARNINGS } from "./warnings-body.ts";

/** The dependencies of the routes of a vector store's files. */
export type StoreFileDeps = AttachDeps & {
  file(storeId: VectorStoreId, fileId: FileId): Promise<Result<StoreFileView, Refusal>>;
  files(storeId: VectorStoreId, query: PageQuery): Promise<Result<FilePage, Refusal>>;
  updateAttributes(
    storeId: VectorStoreId,
    fileId: FileId,
    attributes: Attributes,
  ): Promise<Result<StoreFileView, Refusal>>;
  reingest(storeId: VectorStoreId, fileId: FileId): Promise<Result<StoreFileView, Refusal>>;
  detach(storeId: VectorStoreId, fileId: FileId): Promise<Result<null, Refusal>>;
  /** Returns the text that was extracted from a file; null if none is stored. */
  text(file: { readonly fileId: FileId; readonly isVerbatim: boolean }): Promise<string | null>;
};

const UpdateBody = z.strictObject({ attributes: AttributesParam });
const ContentBody = z.strictObject({
  object: objectType("vector_store.file_content.page"),
  data: z
    .array(
      z.strictObject({
        type: z.literal("text").describe("Type of the part."),
        text: z.string().describe("The text that was extracted from the file."),
      }),
    )
    .describe("The extracted text, as a list of one part."),
  ...OnlyPage,
});

const contentBody = (text: string): z.input<typeof ContentBody> => ({
  object: "vector_store.file_content.page",
  data: [{ type: "text", text }],
  has_more: false,
  next_page: null,
});

const DELETED = deletion("vector_store.file.deleted");
const STORE_FILE = { ...FILE_PARAM, kind: "vector store file" };
const route = routesWith<StoreFileDeps>();
const OF_PROJECT = {
  access: "project",
  tag: "Vector store files",
  refusals: ["vector_store_expired"],
} as const;
const ofStore = { vector_store_id: VECTOR_STORE_PARAM };
const ofFile = { vector_store_id: VECTOR_STORE_PARAM, file_id: STORE_FILE };
const ONE = "/v1/vector_stores/{vector_store_id}/files/{file_id}";

/**
 * The routes of OpenAI's vector store files: attach, list, get, change attributes, detach, get the extracted text.
 * Reading a file again is an extension by Edgewise.
 */
export const vectorStoreFileRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/vector_stores/{vector_store_id}/files",
      summary: "Attach a file to a vector store",
      description:
        "Indexing continues after this answer: poll the file's status, or use the SDK's helper.",
      params: ofStore,
      body: AttachBody,
      idempotency: "by key",
      response: StoreFileBody,
      refusals: ["vector_store_expired", "backlog_full"],
      example: {
        body: { file_id: FILE_PARAM.example, attributes: { department: "people" } },
        response: STORE_FILE_EXAMPLE,
      },
    },
    async ({ c, deps, params: { vector_store_id: id }, body, key }) => {
      const file = replayable(c, await attachFile(deps, id, body, key));
      return file.ok ? ok(storeFileBody(file.value)) : file;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/vector_stores/{vector_store_id}/files",
      summary: "List the files of a vector store",
      watched: true,
      params: ofStore,
      query: StoreFilesQuery,
      response: declareList(StoreFileBody),
      example: { query: { filter: "failed" }, response: listOfOne(STORE_FILE_EXAMPLE) },
    },
    ({ deps, params: { vector_store_id: id }, query }) =>
      listFiles(query, (page) => deps.files(id, page)),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: ONE,
      summary: "Get a file of a vector store",
      watched: true,
      params: ofFile,
      query: z.strictObject({ include: FileIncludeQuery }),
      response: StoreFileBody,
      example: { query: { include: WARNINGS }, response: STORE_FILE_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId }, query: { include } }) => {
      const file = await deps.file(storeId, fileId);
      if (!file.ok) return file;
      return ok(new Reply(storeFileBody(file.value, include), pollHeaders(file.value.status)));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: ONE,
      summary: "Change the attributes of a file",
      description: "The next search filters by the new attributes.",
      params: ofFile,
      body: UpdateBody,
      idempotency: CHANGES,
      response: StoreFileBody,
      example: { body: { attributes: { department: "it" } }, response: STORE_FILE_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId }, body }) => {
      const file = await deps.updateAttributes(storeId, fileId, body.attributes);
      return file.ok ? ok(storeFileBody(file.value)) : file;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      ours: true,
      method: "POST",
      path: `${ONE}/reingest`,
      summary: "Read a file again",
      description:
        "Extracts the text of the file from its bytes once more, whether it is completed or failed, and indexes it. " +
        "Searches find the old text until the new one is there, and keep it if the file is refused. Poll the file's " +
        "status after this answer.",
      params: ofFile,
      idempotency: CHANGES,
      response: StoreFileBody,
      example: { response: STORE_FILE_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId } }) => {
      const file = await deps.reingest(storeId, fileId);
      if (!file.ok) return file;
      return ok(new Reply(storeFileBody(file.value), pollHeaders(file.value.status)));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: ONE,
      summary: "Detach a file from a vector store",
      description: "No search finds the file after this answer. The file itself is not deleted.",
      params: ofFile,
      response: DELETED.schema,
      example: { response: DELETED.body(FILE_PARAM.example) },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId } }) => {
      const detached = await deps.detach(storeId, fileId);
      return detached.ok ? ok(DELETED.body(fileId)) : detached;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: `${ONE}/content`,
      summary: "Get the extracted text of a file",
      description: "Spans of citations are offsets into this text, in UTF-16 code units.",
      params: ofFile,
      response: ContentBody,
      example: { response: contentBody("# Annual leave\n\nEmployees have 30 days.") },
    },
    async ({ deps, params: { vector_store_id: storeId, file_id: fileId } }) => {
      const file = await deps.file(storeId, fileId);
      if (!file.ok) return file;
      const { textOf, isVerbatim } = file.value;
      const text = await deps.text({ fileId: textOf, isVerbatim });
      if (text !== null) return ok(contentBody(text));
      return err(refuseNoText(file.value));
    },
  ),
];

async function attachFile(
  deps: StoreFileDeps,
  storeId: VectorStoreId,
  { file_id: fileId, attributes = {}, chunking_strategy }: z.output<typeof AttachBody>,
  key: RequestKey | null,
): Promise<Result<Created<StoreFileView>, Refusal>> {
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  const wanted = { fileId, attributes, chunking, param: "file_id" };
  const findFiles = () => findAdmitted(deps, storeId, [wanted], "file");
  if (key && isFileId(fileId)) {
    const place = { batchId: null, claim: claimOn(key, key.today) };
    const made = await attachOnce(deps, storeId, findFiles, place);
    const file = made.ok ? await deps.file(storeId, fileId) : made;
    if (!made.ok || !file.ok) return made.ok ? err(KEY_SPENT) : made;
    return ok({ value: file.value, isReplayed: made.value.isReplayed });
  }
  const found = await findFiles();
  if (!found.ok) return found;
  const attached = await deps.attach(storeId, found.value, null);
  if (!attached.ok) return attached;
  const [file] = attached.value;
  return file ? ok({ value: file, isReplayed: false }) : err(notFound("file", fileId, "file_id"));
}
