import type { AdmitResponseDeps } from "../conversation/admit-response.ts";
import type { ConversationDeps } from "../conversation/conversation-client.ts";
import type {
  ConversationListQuery,
  ListedConversation,
  ListedResponse,
  ResponseListQuery,
} from "../conversation/listed.ts";
import { LANE_OF_TIER } from "../conversation/service-tier.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { AdmissionDeps } from "../lanes/admit-work.ts";
import type { Page } from "../page.ts";
import { listConversations } from "../platform/databases/conversation-catalog.ts";
import { FileCatalog } from "../platform/databases/file-catalog.ts";
import { readProjectSettings } from "../platform/databases/project-settings.ts";
import { listResponses } from "../platform/databases/response-catalog.ts";
import { answerModels } from "../platform/models/language-models.ts";
import {
  addressConversation,
  outlastRestarts,
  addressVectorStore,
  withFreshStub,
} from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import type { Result } from "../result.ts";
import { admissionDeps } from "./admission-deps.ts";
import { placeInLane } from "./lanes.ts";
import { namedWorkflow, ownWorkflow } from "./project-workflows.ts";

/** The functions that list a project's conversations and background responses, and that find the names of its files. */
type ListDeps = {
  findFilenames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  listConversations(query: ConversationListQuery): Promise<Page<ListedConversation>>;
  listResponses(query: ResponseListQuery): Promise<Result<Page<ListedResponse>, Refusal>>;
};

/**
 * Creates the dependencies of the routes of responses, conversations and chat completions, for the project of `scope`.
 */
export function answeringDeps(
  env: Env,
  scope: Scope,
): ConversationDeps & ListDeps & AdmitResponseDeps & AdmissionDeps {
  return {
    ...answerModels(env),
    ...admissionDeps(env, scope.region),
    listConversations: (query) => listConversations(env.CATALOG, scope.projectId, query),
    listResponses: (query) => listResponses(env.CATALOG, scope.projectId, query),
    findFilenames: (ids) =>
      new FileCatalog(env.CATALOG).findNames(scope.projectId, ids, Math.floor(Date.now() / 1000)),
    refuseStore: async (id) => {
      const store = await withFreshStub(
        () => addressVectorStore(env, scope, id),
        (object) => object.readLive(),
      );
      return store.ok ? null : store.error;
    },
    workflow: async (name) =>
      name === null ? ownWorkflow(env, scope, "answer") : namedWorkflow(env, scope, name),
    storedItems: (key, ids) =>
      outlastRestarts(() => addressConversation(env, scope, key).storedItems(ids)),
    settings: () => readProjectSettings(env.CATALOG, scope.projectId),
    placeInLane: (id, tier) => placeInLane(env, scope, LANE_OF_TIER[tier], id),
    call: (key, method) => outlastRestarts(() => method(addressConversation(env, scope, key))),
  };
}
