import type { SessionDeps } from "../console/console-client.ts";
import type { ProjectGrants, ProjectSecrets } from "../knowledge/project-access.ts";
import type { ApiKeys } from "../knowledge/project.ts";
import type { Scope } from "../knowledge/scope.ts";
import { type AnswerListDeps, answerListRoutes } from "./answering/answer-lists.ts";
import { type BreakerDeps, breakerRoutes } from "./answering/breakers.ts";
import { chatCompletionRoutes } from "./answering/chat-completions.ts";
import { conversationResponseRoutes } from "./answering/conversation-responses.ts";
import { conversationRoutes } from "./answering/conversations.ts";
import { type EmbeddingCacheDeps, embeddingCacheRoutes } from "./answering/embedding-cache.ts";
import { embeddingRoutes, type EmbeddingsDeps } from "./answering/embeddings.ts";
import { inputToolRoutes } from "./answering/input-tools.ts";
import { modelRoutes, type ModelsDeps } from "./answering/models.ts";
import { type ResponseSourceDeps, responseSourceRoutes } from "./answering/response-sources.ts";
import { type ResponseDeps, responseRoutes } from "./answering/responses.ts";
import type { AppContext } from "./app-env.ts";
import { type ConsoleFiles, consoleRoutes } from "./console/console-routes.ts";
import { sessionRoutes } from "./console/session-routes.ts";
import { type FileBatchDeps, fileBatchRoutes } from "./knowledge/file-batches.ts";
import { type FileDeps, fileRoutes } from "./knowledge/files.ts";
import { type ReindexDeps, reindexRoutes } from "./knowledge/reindex.ts";
import { type StoreIndexDeps, storeIndexRoutes } from "./knowledge/store-index.ts";
import { type StoreFileDeps, vectorStoreFileRoutes } from "./knowledge/vector-store-files.ts";
import { type StoreSearchDeps, vectorStoreSearchRoutes } from "./knowledge/vector-store-search.ts";
import { type StoreDeps, vectorStoreRoutes } from "./knowledge/vector-stores.ts";
import { apiKeyRoutes } from "./organization/api-keys.ts";
import { callerRoutes } from "./organization/caller.ts";
import { type DeadMessageDeps, deadMessageRoutes } from "./organization/dead-messages.ts";
import { grantRoutes } from "./organization/grants.ts";
import { type ProjectDeps, projectRoutes } from "./organization/projects.ts";
import { type ReconcileDeps, reconciliationRoutes } from "./organization/reconciliations.ts";
import { secretRoutes } from "./organization/secrets.ts";
import { type DocsPage, pageRoutes } from "./pages/page-routes.ts";
import type { Declaration } from "./route/declaration.ts";
import { describeApi } from "./route/describe-api.ts";
import type { Mounted } from "./route/mount.ts";
import type { Route } from "./route/route.ts";
import { type ApprovalDeps, approvalRoutes } from "./runs/approvals.ts";
import { runEventRoutes } from "./runs/run-events.ts";
import { type RunDeps, runRoutes } from "./runs/runs.ts";
import { serviceRoutes } from "./service/service-routes.ts";
import { type SocketDeps, socketRoutes } from "./socket/open-socket.ts";
import { VERSION } from "./version.ts";
import { type CheckWorkflowRouteDeps, checkWorkflowRoutes } from "./workflow/check-workflow.ts";
import { type DeadLetterDeps, deadLetterRoutes } from "./workflow/dead-letters.ts";
import { type LaneDeps, laneRoutes } from "./workflow/lanes.ts";
import { type ScheduleDeps, scheduleRoutes } from "./workflow/schedules.ts";
import { type WorkflowDeps, workflowRoutes } from "./workflow/workflows.ts";

/**
 * The dependencies of all routes: for each group of routes, a function that makes them for a request. `src/index.ts`
 * supplies these functions. A group of routes without an entry here is a compile error.
 */
export type ApiDeps = {
  readonly files: OfProject<FileDeps>;
  readonly answering: OfProject<ResponseDeps & AnswerListDeps & ResponseSourceDeps>;
  readonly sockets: OfProject<SocketDeps>;
  readonly stores: OfProject<
    StoreDeps & StoreFileDeps & FileBatchDeps & StoreSearchDeps & StoreIndexDeps & ReindexDeps
  >;
  readonly workflows: OfProject<WorkflowDeps & RunDeps & ApprovalDeps & CheckWorkflowRouteDeps>;
  readonly schedules: OfProject<ScheduleDeps>;
  readonly deadLetters: OfProject<DeadLetterDeps>;
  readonly lanes: OfProject<LaneDeps>;
  readonly models: OfProject<ModelsDeps & BreakerDeps>;
  readonly embeddings: OfProject<EmbeddingsDeps>;
  readonly embeddingCache: OfProject<EmbeddingCacheDeps>;
  readonly organization: OfDeployment<OrganizationDeps>;
  readonly console: OfDeployment<SessionDeps & ConsoleFiles>;
  readonly pages: OfDeployment<DocsPage>;
};
type OfProject<Deps> = (env: Env, scope: Scope) => Deps;
type OfDeployment<Deps> = (env: Env) => Deps;
type OrganizationDeps = ProjectDeps &
  ReconcileDeps &
  DeadMessageDeps & {
    keys: ApiKeys;
    secrets: ProjectSecrets;
    grants: ProjectGrants;
  };

/** Lists every route of the API, each with its dependencies. The router serves exactly these routes. */
export const bindRoutes = (deps: ApiDeps): Mounted[] => [
  ...bind(fileRoutes, ofScope(deps.files)),
  ...bind(inputToolRoutes, ofScope(deps.answering)),
  ...bind(responseRoutes, ofScope(deps.answering)),
  ...bind(responseSourceRoutes, ofScope(deps.answering)),
  ...bind(socketRoutes, ofScope(deps.sockets)),
  ...bind(conversationRoutes, ofScope(deps.answering)),
  ...bind(conversationResponseRoutes, ofScope(deps.answering)),
  ...bind(answerListRoutes, ofScope(deps.answering)),
  ...bind(chatCompletionRoutes, ofScope(deps.answering)),
  ...bind(vectorStoreRoutes, ofScope(deps.stores)),
  ...bind(vectorStoreFileRoutes, ofScope(deps.stores)),
  ...bind(storeIndexRoutes, ofScope(deps.stores)),
  ...bind(reindexRoutes, ofScope(deps.stores)),
  ...bind(fileBatchRoutes, ofScope(deps.stores)),
  ...bind(vectorStoreSearchRoutes, ofScope(deps.stores)),
  ...bind(checkWorkflowRoutes, ofScope(deps.workflows)),
  ...bind(workflowRoutes, ofScope(deps.workflows)),
  ...bind(runRoutes, ofScope(deps.workflows)),
  ...bind(approvalRoutes, ofScope(deps.workflows)),
  ...bind(runEventRoutes, ofScope(deps.workflows)),
  ...bind(scheduleRoutes, ofScope(deps.schedules)),
  ...bind(deadLetterRoutes, ofScope(deps.deadLetters)),
  ...bind(laneRoutes, ofScope(deps.lanes)),
  ...bind(modelRoutes, ofScope(deps.models)),
  ...bind(breakerRoutes, ofScope(deps.models)),
  ...bind(embeddingRoutes, ofScope(deps.embeddings)),
  ...bind(embeddingCacheRoutes, ofScope(deps.embeddingCache)),
  ...bind(callerRoutes, (c) => deps.organization(c.env)),
  ...bind(projectRoutes, (c) => deps.organization(c.env)),
  ...bind(apiKeyRoutes, (c) => deps.organization(c.env)),
  ...bind(secretRoutes, (c) => deps.organization(c.env)),
  ...bind(grantRoutes, (c) => deps.organization(c.env)),
  ...bind(reconciliationRoutes, (c) => deps.organization(c.env)),
  ...bind(deadMessageRoutes, (c) => deps.organization(c.env)),
  ...bind(sessionRoutes, (c) => deps.console(c.env)),
  ...bind(consoleRoutes, (c) => deps.console(c.env)),
  ...bind(serviceRoutes, () => ({ describe })),
  ...bind(pageRoutes, (c) => ({ ...SERVICE, ...deps.pages(c.env) })),
];

const bind = <Deps>(
  routes: readonly Route<Deps>[],
  depsFor: (c: AppContext) => NoInfer<Deps>,
): Mounted[] => routes.map((route) => ({ ...route, serve: (c) => route.handle(c, depsFor(c)) }));

const ofScope =
  <Deps>(depsFor: OfProject<Deps>) =>
  (c: AppContext) =>
    depsFor(c.env, c.get("scope"));

const unbound = () => {
  throw new Error("These routes have no dependencies: they only describe the API");
};

/** The declarations of every route of the API, for the API description and for tests. They need no dependencies. */
export const DECLARATIONS: readonly Declaration[] = bindRoutes({
  files: unbound,
  answering: unbound,
  sockets: unbound,
  stores: unbound,
  workflows: unbound,
  schedules: unbound,
  deadLetters: unbound,
  lanes: unbound,
  models: unbound,
  embeddings: unbound,
  embeddingCache: unbound,
  organization: unbound,
  console: unbound,
  pages: unbound,
});

const SERVICE = { version: VERSION, routes: () => DECLARATIONS };

let description: string | null = null;

/** Returns the API description as JSON. It is made on the first request, since declarations do not change. */
const describe = (): string => (description ??= JSON.stringify(describeApi(DECLARATIONS)));
