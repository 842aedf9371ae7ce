import { z } from "zod";

import type { AnswerModels } from "../../answer/answer-model.ts";
import { refuseDefault } from "../../answer/default-model.ts";
import type { ClaimJudges } from "../../answer/grounding/claim-judge.ts";
import { refuseJudge } from "../../answer/grounding/refuse-judge.ts";
import { isProjectId, newId } from "../../ids.ts";
import { type Jurisdiction, JURISDICTIONS } from "../../jurisdiction.ts";
import { changeProject } from "../../knowledge/change-project.ts";
import { findJurisdiction, placeProject, RESIDENCIES } from "../../knowledge/place-project.ts";
import {
  completeSettings,
  ProjectSettings,
  SettingsChange,
} from "../../knowledge/project-settings.ts";
import type { Project, Projects } from "../../knowledge/project.ts";
import { REGIONS } from "../../knowledge/scope.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { cursorOf, nameFilter, listBody, listOfOne, ListQuery, declareList } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { CHANGES } from "../route/declaration.ts";
import { PROJECT_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  PROJECT_MEMBERS,
  ProjectInclude,
  type ProjectMemberDeps,
  readProjectMembers,
} from "./project-members.ts";

const Name = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .describe("Name of the project, up to 256 characters.");
const CreateProject = z.strictObject({
  name: Name,
  jurisdiction: z
    .enum(JURISDICTIONS)
    .nullish()
    .describe(
      "Edgewise extension: where everything that is stored of the project stays, for ever. By default the deployment's jurisdiction, unless `region` or `residency` says otherwise; null for none. Refused where the deployment's databases, files and queues are not inside.",
    ),
  residency: z
    .enum(RESIDENCIES)
    .nullish()
    .describe(
      'OpenAI\'s parameter. `EU_STORAGE_PROCESSING` means `jurisdiction: "eu"`, `GLOBAL` means none. Workers and models are not bound to it.',
    ),
  region: z
    .enum(REGIONS)
    .optional()
    .describe(
      "Edgewise extension: where the project's objects are created. A jurisdiction as a region is the same as `jurisdiction`; near the others, nothing is guaranteed.",
    ),
});
const UpdateProject = z
  .strictObject({
    name: Name.optional(),
    settings: SettingsChange.optional().describe(
      "Edgewise extension: settings to change. Members that are left out keep their value, null resets one.",
    ),
  })
  .refine(({ name, settings }) => name !== undefined || settings !== undefined, {
    error: "give a 'name', 'settings' or both",
  });
const ListProjects = z.strictObject({
  limit: ListQuery.shape.limit,
  after: cursorOf("a project", isProjectId, "Id of the project that the page begins after."),
  include_archived: z.stringbool().default(false).describe("List archived projects, too."),
  status: z
    .enum(["active", "archived"])
    .optional()
    .describe(
      "Extension by Edgewise: only projects with this status, whatever `include_archived` says.",
    ),
  ...nameFilter("projects"),
});
const GetProject = z.strictObject({ include: ProjectInclude });

const PROJECT_OTHERS = {
  external_key_id: { refused: "Cloudflare manages the encryption keys; they cannot be chosen." },
} as const;

/** OpenAI's Project object, with the extensions `region` and `settings`. Times are Unix seconds. */
const ProjectBody = z
  .strictObject({
    id: z.string().describe("Id of the project."),
    object: objectType("organization.project"),
    name: z.string().describe("Name of the project."),
    created_at: CreatedAt,
    archived_at: z
      .number()
      .int()
      .nullable()
      .describe("Time of archiving, in Unix seconds; null while it is active."),
    status: z.enum(["active", "archived"]).describe("The keys of an archived project do not work."),
    jurisdiction: z
      .enum(JURISDICTIONS)
      .nullable()
      .describe(
        "Edgewise extension: the jurisdiction that everything stored of the project stays in; null for none.",
      ),
    residency: z
      .enum(RESIDENCIES)
      .describe("`EU_STORAGE_PROCESSING` when the project's jurisdiction is `eu`."),
    region: z
      .enum(REGIONS)
      .describe("Place where the project's objects are created; its jurisdiction if it has one."),
    settings: z
      .strictObject({
        version: z.number().int().describe("The number of changes to the settings so far."),
        ...ProjectSettings.shape,
      })
      .describe("Edgewise extension: the settings of the project, complete."),
    ...PROJECT_MEMBERS,
  })
  .register(COMPONENTS, { id: "Project" });

const PROJECT_EXAMPLE = {
  id: PROJECT_PARAM.example,
  object: "organization.project",
  name: "Support",
  created_at: 1_795_000_000,
  archived_at: null,
  status: "active",
  jurisdiction: null,
  residency: "GLOBAL",
  region: "auto",
  settings: { version: 0, ...completeSettings({}) },
} satisfies z.input<typeof ProjectBody>;

const SETTINGS_EXAMPLE = { images: { hosts: ["img.example.com"] } };

/** The dependencies of the routes of projects. */
export type ProjectDeps = ProjectMemberDeps & {
  readonly projects: Projects;
  /** The jurisdiction of the deployment; null if it has none. */
  readonly jurisdiction: Jurisdiction | null;
  readonly models: Pick<AnswerModels, "model" | "modelNames">;
  readonly judges: ClaimJudges;
};

const route = routesWith<ProjectDeps>();
const OF_ADMIN = { access: "admin", tag: "Projects" } as const;
const params = { project_id: PROJECT_PARAM };

/** The routes of OpenAI's admin API for projects. */
export const projectRoutes = [
  route(
    {
      ...OF_ADMIN,
      method: "POST",
      path: "/v1/organization/projects",
      summary: "Create a project",
      description: "A project is a tenant: it owns files, stores, conversations and keys.",
      body: CreateProject,
      others: PROJECT_OTHERS,
      idempotency: {
        withoutKey:
          "Operators create projects by hand. If the answer is lost, list the projects: an unused one can be archived.",
      },
      response: ProjectBody,
      refusals: ["jurisdiction_unavailable"],
      example: { body: { name: "Support" }, response: PROJECT_EXAMPLE },
    },
    async ({ deps: { projects, jurisdiction }, body: { name, ...request } }) => {
      const placed = placeProject(request, jurisdiction);
      if (!placed.ok) return placed;
      const project: Project = {
        id: newId("proj_"),
        name,
        region: placed.value,
        status: "active",
        createdAt: secondsNow(),
        archivedAt: null,
        settings: {},
        settingsVersion: 0,
      };
      await projects.add(project);
      return ok(projectBody(project, jurisdiction));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: "/v1/organization/projects",
      summary: "List projects",
      watched: true,
      query: ListProjects,
      response: declareList(ProjectBody),
      example: { query: { limit: "20" }, response: listOfOne(PROJECT_EXAMPLE) },
    },
    async ({ deps: { projects, jurisdiction }, query }) => {
      const { limit, after, name, include_archived: includeArchived } = query;
      const status = query.status ?? (includeArchived ? undefined : "active");
      const page = await projects.list({ limit, after, status, name });
      const rows = page.rows.map((row) => projectBody(row, jurisdiction));
      return ok(listBody({ ...page, rows }));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: "/v1/organization/projects/{project_id}",
      summary: "Get a project",
      watched: true,
      params,
      query: GetProject,
      response: ProjectBody,
      example: { response: PROJECT_EXAMPLE },
    },
    async ({ deps, params: { project_id: id }, query: { include } }) => {
      const [project, members] = await Promise.all([
        deps.projects.get(id),
        readProjectMembers(deps, id, include),
      ]);
      if (!project) return err(notFound("project", id));
      return ok({ ...projectBody(project, deps.jurisdiction), ...members });
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "POST",
      path: "/v1/organization/projects/{project_id}",
      summary: "Update a project",
      description:
        "Renames it, changes its settings, or both. Settings are merged, and take effect everywhere within 30 seconds.",
      params,
      body: UpdateProject,
      others: PROJECT_OTHERS,
      idempotency: CHANGES,
      response: ProjectBody,
      refusals: ["conflict"],
      example: {
        body: { name: "Support, EMEA", settings: { version: 3, output: SETTINGS_EXAMPLE } },
        response: {
          ...PROJECT_EXAMPLE,
          name: "Support, EMEA",
          settings: { version: 4, ...completeSettings({ output: SETTINGS_EXAMPLE }) },
        },
      },
    },
    async ({
      deps: { projects, models, judges, jurisdiction },
      params: { project_id: id },
      body,
    }) => {
      const { name = null, settings = null } = body;
      const refused = refuseDefault(models, settings ?? {}) ?? refuseJudge(judges, settings ?? {});
      if (refused) return err(refused);
      const changed = await changeProject(projects, id, { name, settings });
      return changed.ok ? ok(projectBody(changed.value, jurisdiction)) : changed;
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "POST",
      path: "/v1/organization/projects/{project_id}/archive",
      summary: "Archive a project",
      description: "Its keys stop working. Its data is not deleted.",
      params,
      idempotency: CHANGES,
      response: ProjectBody,
      example: { response: { ...PROJECT_EXAMPLE, status: "archived", archived_at: 1_795_100_000 } },
    },
    async ({ deps: { projects, jurisdiction }, params: { project_id: id } }) =>
      found(await projects.archive(id, secondsNow()), id, jurisdiction),
  ),
];

const found = (project: Project | null, id: string, deployment: Jurisdiction | null) =>
  project ? ok(projectBody(project, deployment)) : err(notFound("project", id));

const projectBody = (
  project: Project,
  deployment: Jurisdiction | null,
): z.input<typeof ProjectBody> => ({
  id: project.id,
  object: "organization.project",
  name: project.name,
  created_at: project.createdAt,
  archived_at: project.archivedAt,
  status: project.status,
  jurisdiction: findJurisdiction(project, deployment),
  residency: findJurisdiction(project, deployment) === "eu" ? "EU_STORAGE_PROCESSING" : "GLOBAL",
  region: project.region,
  settings: { version: project.settingsVersion, ...completeSettings(project.settings) },
});

const secondsNow = () => Math.floor(Date.now() / 1000);
