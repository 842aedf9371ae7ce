import { inject } from "vitest";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import { runStep } from "./step-context.ts";

/** Host and port of the scripted HTTP server. */
export const HOST = inject("httpServer");
/** Variables of the Worker by which `http@1` looks up host names at the scripted HTTP server. */
export const VARS = { HTTP_DNS_URL: `http://${HOST}/dns-query` };
/** The value of the project's secret API_KEY. It has characters that encodings change. */
export const SECRET = 's3cret-"value"-7391';

/** Creates a project that may call the scripted HTTP server and has the secret API_KEY. */
export async function createCaller(): Promise<Scope> {
  const { scope } = await createProject();
  await callAsOperator(scope, "PUT", "/grants", { http_hosts: [HOST], sql_tables: [] });
  await callAsOperator(scope, "PUT", "/secrets/API_KEY", { value: SECRET });
  return scope;
}

/** Runs an `http@1` step that calls a path of the scripted HTTP server, with further parameters in `given`. */
export const callPath = (scope: Scope, path: string, given: object = {}, options: object = {}) =>
  runStep(scope, "http@1", { url: `http://${HOST}${path}`, ...given }, { vars: VARS, ...options });
