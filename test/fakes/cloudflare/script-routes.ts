import type { FakeScript } from "./account.ts";
import { type ApiAnswer, found, type Handler, refused, type Route, text } from "./answer.ts";

const NO_SCRIPT = refused(404, 10_007, "This Worker does not exist on your account.");

const onScript =
  (answer: (script: FakeScript) => ApiAnswer): Handler =>
  (account, _request, { script = "" }) => {
    const known = account.scripts.get(script);
    return known ? answer(known) : NO_SCRIPT;
  };

const uploadScript: Handler = (account, { form }, { script = "" }) => {
  const metadata = JSON.parse(text(form?.get("metadata")) || "{}");
  const bindings: { type: string; name: string; text?: string }[] = metadata.bindings ?? [];
  const known = account.scripts.get(script) ?? {
    name: script,
    secrets: new Map<string, string>(),
    bindings: [],
    uploads: 0,
    crons: [],
  };
  for (const { type, name, text: secret } of bindings) {
    if (type === "secret_text" && secret !== undefined) known.secrets.set(name, secret);
  }
  for (const { type, ...binding } of bindings) {
    const name = "database_id" in binding ? text(binding.database_id) : null;
    if (type === "d1" && name !== null && !account.findDatabase(name)) {
      return refused(400, 10_181, `D1 database ${name} does not exist.`);
    }
  }
  const before = new Map(known.bindings.map((binding) => [binding.name, binding]));
  known.bindings = bindings
    .filter(({ type, name }) => type !== "secret_text" && !known.secrets.has(name))
    .map((binding) =>
      binding.type === "inherit" ? (before.get(binding.name) ?? binding) : binding,
    );
  known.uploads += 1;
  account.scripts.set(script, known);
  return found({
    id: script,
    etag: "e",
    created_on: "2026-11-30T00:00:00Z",
    modified_on: "2026-11-30T00:00:00Z",
    startup_time_ms: 10,
    deployment_id: "d",
    entry_point: "index.js",
    has_assets: true,
    resources: { script: {}, script_runtime: {}, bindings: [] },
    number: known.uploads,
  });
};

/** A token that says nothing, in the form of one: the tool reads its middle. */
const ASSETS_JWT = `x.${Buffer.from("{}").toString("base64url")}.x`;

/** The operations on Workers. */
export const SCRIPT_ROUTES: readonly Route[] = [
  [
    "GET",
    "/workers/services/:script",
    (account, _request, { script = "" }) =>
      account.scripts.has(script)
        ? found({
            id: script,
            default_environment: {
              environment: "production",
              script: { last_deployed_from: "wrangler" },
            },
          })
        : refused(404, 10_090, "This service does not exist on your account."),
  ],
  [
    "GET",
    "/workers/scripts/:script/secrets",
    onScript(({ secrets }) =>
      found(Array.from(secrets.keys(), (name) => ({ name, type: "secret_text" }))),
    ),
  ],
  [
    "GET",
    "/workers/scripts/:script/settings",
    onScript(({ bindings }) => found({ bindings, annotations: {}, migration_tag: "v2" })),
  ],
  [
    "GET",
    "/workers/scripts/:script/deployments",
    onScript(() =>
      found({ deployments: [{ id: "d", versions: [{ version_id: "v", percentage: 100 }] }] }),
    ),
  ],
  [
    "GET",
    "/workers/scripts/:script/versions/:version",
    onScript(({ bindings }) =>
      found({ id: "v", resources: { bindings, script: {}, script_runtime: {} }, metadata: {} }),
    ),
  ],
  [
    "GET",
    "/workers/workers/:script",
    onScript(({ name }) =>
      found({ id: name, name, subdomain: { enabled: true, previews_enabled: true } }),
    ),
  ],
  ["POST", "/workers/scripts/:script/versions", uploadScript],
  ["POST", "/workers/scripts/:script/deployments", onScript(() => found({ id: "d" }))],
  ["PATCH", "/workers/scripts/:script/script-settings", onScript(() => found({}))],
  ["GET", "/workers/scripts/:script/script-settings", onScript(() => found({ tags: [] }))],
  [
    "POST",
    "/workers/scripts/:script/assets-upload-session",
    () => found({ jwt: ASSETS_JWT, buckets: [] }),
  ],
  ["PUT", "/workers/scripts/:script", uploadScript],
  [
    "GET",
    "/workers/scripts/:script/subdomain",
    onScript(() => found({ enabled: true, previews_enabled: true })),
  ],
  [
    "POST",
    "/workers/scripts/:script/subdomain",
    onScript(() => found({ enabled: true, previews_enabled: true })),
  ],
  [
    "PUT",
    "/workers/scripts/:script/schedules",
    (account, { json }, { script = "" }) => {
      const known = account.scripts.get(script);
      if (!known) return NO_SCRIPT;
      const schedules: { cron: string }[] = Array.isArray(json) ? json : [];
      known.crons = schedules.map(({ cron }) => cron);
      return found({ schedules });
    },
  ],
];
