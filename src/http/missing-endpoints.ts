/** A group of endpoints of OpenAI's API that this service does not have, with the reason. */
export type MissingEndpoint = {
  /** The HTTP method; all methods if it is absent. */
  readonly method?: string;
  /** The path. With `/*` at its end, it stands for the path before that and all paths below it. */
  readonly path: string;
  /** The reason why this service does not have the endpoints, and a replacement for them. */
  readonly reason: string;
};

const NOT_STORED = "chat completions are not stored; POST /v1/responses stores its responses.";
const DEPRECATED =
  "this is deprecated; use POST /v1/responses, with 'conversation' and 'file_search'.";
const TEXT_ONLY = "models here read and write text.";
const PROJECTS_ONLY =
  "of the admin API there are projects, with their keys, settings, secrets and grants.";

/**
 * All endpoints of OpenAI's API that this service does not have. A request to one is refused with its reason, and
 * docs/compatibility.md lists them.
 */
export const MISSING_ENDPOINTS: readonly MissingEndpoint[] = [
  { method: "GET", path: "/v1/chat/completions", reason: NOT_STORED },
  { path: "/v1/chat/completions/{completion_id}/*", reason: NOT_STORED },
  {
    method: "DELETE",
    path: "/v1/models/{model}",
    reason: "the operator configures the models; none can be deleted.",
  },
  {
    path: "/v1/completions",
    reason: "this is deprecated; use POST /v1/responses or POST /v1/chat/completions.",
  },
  { path: "/v1/assistants/*", reason: DEPRECATED },
  { path: "/v1/threads/*", reason: DEPRECATED },
  { path: "/v1/audio/*", reason: TEXT_ONLY },
  { path: "/v1/images/*", reason: TEXT_ONLY },
  { path: "/v1/videos/*", reason: TEXT_ONLY },
  { path: "/v1/realtime/*", reason: TEXT_ONLY },
  {
    path: "/v1/batches/*",
    reason: "there are no batches; send each request to POST /v1/responses with 'background'.",
  },
  {
    path: "/v1/uploads/*",
    reason: "files are sent whole; POST /v1/files takes them up to 99,000,000 bytes.",
  },
  { path: "/v1/containers/*", reason: "there is no code interpreter." },
  { path: "/v1/skills/*", reason: "there is no code interpreter." },
  { path: "/v1/evals/*", reason: "there are no evals." },
  { path: "/v1/fine_tuning/*", reason: "models are not trained here." },
  { path: "/v1/moderations", reason: "there is no moderation model." },
  {
    method: "GET",
    path: "/v1/organization/projects/{project_id}/rate_limits",
    reason: PROJECTS_ONLY,
  },
  { path: "/v1/organization/projects/{project_id}/rate_limits/*", reason: PROJECTS_ONLY },
  { path: "/v1/organization/costs", reason: PROJECTS_ONLY },
  { path: "/v1/organization/usage/*", reason: PROJECTS_ONLY },
];

/** Finds the reason why this service does not have an endpoint of OpenAI's API; null for any other method and path. */
export function findMissing(method: string, path: string): string | null {
  const found = MISSING_ENDPOINTS.find(
    (missing) =>
      (missing.method === undefined || missing.method === method) && matches(missing.path, path),
  );
  return found?.reason ?? null;
}

function matches(pattern: string, path: string): boolean {
  const source = pattern.replace(/\/\*$/, "(/.*)?").replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${source}/?$`).test(path);
}
