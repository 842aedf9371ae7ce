import type { Scope } from "../../src/knowledge/scope.ts";
import { fetchWorker } from "./project.ts";

/** Sends a request of the admin API about a project, with the admin key. */
export const callAsOperator = (scope: Scope, method: string, path: string, body?: object) =>
  fetchWorker(`https://edgewise.test/v1/organization/projects/${scope.projectId}${path}`, {
    method,
    headers: { authorization: "Bearer admin-key-of-tests", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
