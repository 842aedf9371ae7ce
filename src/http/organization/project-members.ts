import { z } from "zod";

import type { ProjectGrants, ProjectSecrets } from "../../knowledge/project-access.ts";
import type { ApiKeys } from "../../knowledge/project.ts";
import { cutPage } from "../../page.ts";
import { declareList, listBody } from "../list.ts";
import { includeQuery } from "../request/include-query.ts";
import { ApiKeyBody, apiKeyBody } from "./api-keys.ts";
import { GrantsBody, grantsBody } from "./grants.ts";
import { SecretBody, secretBody } from "./secrets.ts";

const API_KEYS = "edgewise.api_keys";
const SECRETS = "edgewise.secrets";
const GRANTS = "edgewise.grants";

/** The schema of the query parameter `include` of a project. */
export const ProjectInclude = includeQuery(z.enum([API_KEYS, SECRETS, GRANTS])).describe(
  "Edgewise extension: members to add to the project, so that all of it is read, or watched, at once.",
);

/** The schemas of the members that `include` adds to a project. */
export const PROJECT_MEMBERS = {
  api_keys: declareList(ApiKeyBody)
    .optional()
    .describe(
      "Edgewise extension: the newest 100 keys. Present when `include` names `edgewise.api_keys`.",
    ),
  secrets: declareList(SecretBody)
    .nullish()
    .describe(
      "Edgewise extension: the secrets; null without SECRETS_KEY. Present when `include` names `edgewise.secrets`.",
    ),
  grants: GrantsBody.optional().describe(
    "Edgewise extension: the grants. Present when `include` names `edgewise.grants`.",
  ),
} as const;

/** The dependencies by which the members of a project are read. */
export type ProjectMemberDeps = {
  readonly keys: Pick<ApiKeys, "list">;
  readonly secrets: Pick<ProjectSecrets, "isConfigured" | "list">;
  readonly grants: Pick<ProjectGrants, "get">;
};

const KEYS_MAX = 100;

/** Reads the members of a project that `include` names. Of a project that does not exist, they are empty. */
export async function readProjectMembers(
  { keys, secrets, grants }: ProjectMemberDeps,
  id: string,
  include: z.output<typeof ProjectInclude>,
) {
  const wants = (member: (typeof include)[number]) => include.includes(member);
  const [listedKeys, listedSecrets, granted] = await Promise.all([
    wants(API_KEYS) ? keys.list(id, { limit: KEYS_MAX + 1, after: undefined }) : undefined,
    wants(SECRETS) && secrets.isConfigured ? secrets.list(id) : null,
    wants(GRANTS) ? grants.get(id) : undefined,
  ]);
  const page =
    listedKeys && cutPage(listedKeys, { limit: KEYS_MAX, order: "asc", after: undefined });
  return {
    ...(page && {
      api_keys: listBody({ ...page, rows: page.rows.map((key) => apiKeyBody(id, key)) }),
    }),
    ...(wants(SECRETS) && {
      secrets: listedSecrets && listBody({ rows: listedSecrets.map(secretBody), hasMore: false }),
    }),
    ...(granted && { grants: grantsBody(id, granted) }),
  };
}
