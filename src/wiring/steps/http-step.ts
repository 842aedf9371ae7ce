import { readSettings } from "../../env.ts";
import type { StepHandler } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { resolveOverHttps } from "../../platform/dns-over-https.ts";
import { callHttp } from "../../workflow/steps/http-call/call-http.ts";
import { HttpCall } from "../../workflow/steps/http-call/http-with.ts";
import { fillWithSecrets } from "../../workflow/steps/http-call/secrets/secret-text.ts";
import { readWith } from "../../workflow/steps/read-with.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

/** Creates the handler of the step type `http@1`, which calls an external API. */
export const httpStep = (env: Env, { projectId }: Scope, access: StepAccess): StepHandler => ({
  kind: "local",
  fillWith: fillWithSecrets,
  async run({ with: given, idempotencyKey, signal }) {
    const { HTTP_DNS_URL } = readSettings(env);
    return await callHttp(
      {
        send: ({ url, method, headers, body }, stop) =>
          fetch(url, {
            method,
            headers,
            redirect: "manual",
            signal: stop,
            ...(body !== null && { body }),
          }),
        resolve: (name, stop) => resolveOverHttps(HTTP_DNS_URL, name, stop),
        allowedHosts: async () => (await access.grants(projectId)).httpHosts,
        secret: (name) => access.secret(projectId, name),
        now: () => Date.now(),
      },
      readWith(HttpCall, given),
      { idempotencyKey, signal },
    );
  },
});
