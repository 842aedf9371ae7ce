import { Hono } from "hono";
import { z } from "zod";

import { newId } from "../../ids.ts";
import type { Project, Projects } from "../../knowledge/project.ts";
import { REGIONS } from "../../knowledge/scope.ts";
import { notFound } from "../../refusal.ts";
import type { AppEnv } from "../app-env.ts";
import { listBody } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";

const Name = z.string().trim().min(1).max(256);
const CreateProject = z.strictObject({
  name: Name,
  /** OpenAI's word; we can promise storage in the EU, and nothing more precise than that. */
  residency: z.enum(["GLOBAL", "EU_STORAGE_PROCESSING"]).nullish(),
  /** Ours: where the project's objects are created. */
  region: z.enum(REGIONS).optional(),
});
const UpdateProject = z.strictObject({ name: Name });
const ListProjects = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
  include_archived: z.stringbool().default(false),
});
const EXTERNAL_KEY = { refused: "keys are managed by Cloudflare; there is none to choose." };

const PROJECT_OTHERS = { external_key_id: EXTERNAL_KEY } as const;

export const PROJECT_REQUESTS: RequestShapes = {
  "POST /v1/organization/projects": { body: CreateProject, others: PROJECT_OTHERS },
  "GET /v1/organization/projects": { query: ListProjects },
  "POST /v1/organization/projects/{project_id}": { body: UpdateProject, others: PROJECT_OTHERS },
};

/** OpenAI's admin API for projects. */
export const projectRoutes = (projectsOf: (env: Env) => Projects) =>
  new Hono<AppEnv>()
    .post("/", async (c) => {
      const body = await readJson(c, CreateProject, PROJECT_OTHERS);
      if (!body.ok) return problem(c, body.error);
      const { name, residency, region } = body.value;
      const project: Project = {
        id: newId("proj_"),
        name,
        region: region ?? (residency === "EU_STORAGE_PROCESSING" ? "eu" : "auto"),
        status: "active",
        createdAt: Math.floor(Date.now() / 1000),
        archivedAt: null,
      };
      await projectsOf(c.env).add(project);
      return c.json(projectBody(project));
    })
    .get("/", async (c) => {
      const query = readQuery(c, ListProjects);
      if (!query.ok) return problem(c, query.error);
      const { limit, after, include_archived: includeArchived } = query.value;
      const projects = await projectsOf(c.env).list({ limit: limit + 1, after, includeArchived });
      return c.json(listBody(projects.map(projectBody), limit));
    })
    .get("/:projectId", async (c) => {
      const { projectId } = c.req.param();
      const project = await projectsOf(c.env).get(projectId);
      return project ? c.json(projectBody(project)) : problem(c, notFound("project", projectId));
    })
    .post("/:projectId", async (c) => {
      const { projectId } = c.req.param();
      const body = await readJson(c, UpdateProject, PROJECT_OTHERS);
      if (!body.ok) return problem(c, body.error);
      const project = await projectsOf(c.env).rename(projectId, body.value.name);
      return project ? c.json(projectBody(project)) : problem(c, notFound("project", projectId));
    })
    .post("/:projectId/archive", async (c) => {
      const { projectId } = c.req.param();
      const project = await projectsOf(c.env).archive(projectId, Math.floor(Date.now() / 1000));
      return project ? c.json(projectBody(project)) : problem(c, notFound("project", projectId));
    });

/** OpenAI's Project object, with the region as a member of ours. */
function projectBody(project: Project) {
  return {
    id: project.id,
    object: "organization.project" as const,
    name: project.name,
    created_at: project.createdAt,
    archived_at: project.archivedAt,
    status: project.status,
    residency: project.region === "eu" ? "EU_STORAGE_PROCESSING" : "GLOBAL",
    region: project.region,
  };
}
