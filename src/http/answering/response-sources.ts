import { z } from "zod";

import type { ConversationDeps } from "../../conversation/conversation-client.ts";
import { RESULTS } from "../../conversation/response-request.ts";
import { RETRIEVAL } from "../../conversation/response-retrieval.ts";
import { listSources, type ResponseSource } from "../../conversation/response-sources.ts";
import { readConversationKey } from "../../ids.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { listData, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM, RESPONSE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** The dependencies of the route that lists the sources of a response. */
export type ResponseSourceDeps = ConversationDeps & {
  /** Finds the names of the project's files among `ids`, without those that were deleted or have expired. */
  findFilenames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

const SourceBody = z
  .strictObject({
    id: z.string().describe("Id of the file."),
    object: objectType("response.source"),
    filename: z
      .string()
      .nullable()
      .describe("Name of the file; null for a deleted one that was neither cited nor given."),
    status: z
      .enum(["available", "deleted"])
      .describe("`deleted` once the file was deleted or has expired: its text cannot be read."),
    citations: z.number().int().describe("Number of citations of the file in the answer."),
  })
  .register(COMPONENTS, { id: "ResponseSource" });
const SourceListBody = z.strictObject({ object: objectType("list"), data: listData(SourceBody) });

const sourceBody = (
  { fileId, filename, citations }: ResponseSource,
  current: string | undefined,
): z.input<typeof SourceBody> => ({
  id: fileId,
  object: "response.source",
  filename: current ?? filename,
  status: current === undefined ? "deleted" : "available",
  citations,
});

const EXAMPLE = {
  id: FILE_PARAM.example,
  object: "response.source",
  filename: "handbook.md",
  status: "available",
  citations: 2,
} satisfies z.input<typeof SourceBody>;

const route = routesWith<ResponseSourceDeps>();

/** The route that lists the sources of a response, an extension by Edgewise. */
export const responseSourceRoutes = [
  route(
    {
      access: "project",
      ours: true,
      tag: "Responses",
      method: "GET",
      path: "/v1/responses/{response_id}/sources",
      summary: "List the sources of a response",
      description:
        "The files that the answer cites, then those whose passages its searches have found, each with whether it still exists. Empty until the answer has ended. There are no pages.",
      watched: true,
      params: { response_id: RESPONSE_PARAM },
      response: SourceListBody,
      example: { response: { object: "list", data: [EXAMPLE] } },
    },
    async ({ deps, params: { response_id: id } }) => {
      const response = await deps.call(readConversationKey(id), (object) =>
        object.response(id, [RESULTS, RETRIEVAL]),
      );
      if (!response) return err(notFound("response", id));
      const sources = listSources(response);
      const names =
        sources.length === 0
          ? new Map<string, string>()
          : await deps.findFilenames(sources.map(({ fileId }) => fileId));
      const data = sources.map((source) => sourceBody(source, names.get(source.fileId)));
      return ok({ object: "list" as const, data });
    },
  ),
];
