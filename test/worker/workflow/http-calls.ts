import { inject } from "vitest";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import { runStep } from "./step-context.ts";

/** Host and port of the scripted server. */
export const HOST = inject("httpServer");
/** Variables of a service that asks the scripted server for addresses. */
export const VARS = { HTTP_DNS_URL: `http://${HOST}/dns-query` };
/** The value of the project's secret API_KEY, with characters that encodings change. */
export const SECRET = 's3cret-"value"-7391';

/** Creates a project that may call the scripted server and has a secret. */
export async function createCaller(): Promise<Scope> {
  const { scope } = await createProject();
  await callAsOperator(scope, "PUT", "/grants", { http_hosts: [HOST], sql_tables: [] });
  await callAsOperator(scope, "PUT", "/secrets/API_KEY", { value: SECRET });
  return scope;
}

/** Calls a path of the scripted server by `http@1`. */
export const callPath = (scope: Scope, path: string, given: object = {}, options: object = {}) =>
  runStep(scope, "http@1", { url: `http://${HOST}${path}`, ...given }, { vars: VARS, ...options });
