import type { FakeScript } from "./account.ts";
import { type ApiAnswer, found, type Handler, refused, type Route, text } from "./answer.ts";

const NO_SCRIPT = refused(404, 10_007, "This Worker does not exist on your account.");

const onScript =
  (answer: (script: FakeScript) => ApiAnswer): Handler =>
  (account, _request, { script = "" }) => {
    const known = account.scripts.get(script);
    return known ? answer(known) : NO_SCRIPT;
  };

const versionId = (upload: number) => `v${upload}`;
/** A time that grows with the number of a version or of a deployment. */
const timeOf = (number: number) => new Date(Date.UTC(2026, 10, 30) + number * 1_000).toISOString();

const listDeployments = ({ deployments }: FakeScript) => ({
  deployments: deployments
    .map((upload, index) => ({
      id: `d${index}`,
      created_on: timeOf(index),
      versions: [{ version_id: versionId(upload), percentage: 100 }],
    }))
    .toReversed(),
});

const deployVersion: Handler = (account, { json }, { script = "" }) => {
  const known = account.scripts.get(script);
  if (!known) return NO_SCRIPT;
  const [version] = Array.isArray(json["versions"]) ? json["versions"] : [];
  const upload = Number(text(version?.version_id).slice(1));
  if (upload < 1 || upload > known.uploads) return refused(400, 10_023, "No such version.");
  known.deployments = [...known.deployments, upload];
  return found({ id: `d${known.deployments.length - 1}` });
};

const showVersion: Handler = (account, _request, { script = "", version = "" }) => {
  const known = account.scripts.get(script);
  if (!known) return NO_SCRIPT;
  const resources = { bindings: known.bindings, script: {}, script_runtime: {} };
  const metadata = { created_on: timeOf(Number(version.slice(1))), source: "wrangler" };
  return found({ id: version, number: Number(version.slice(1)), resources, metadata });
};

type UploadedBinding = {
  readonly type: string;
  readonly name: string;
  /** The value of a secret. */
  readonly text?: string;
  /** The database of a binding to D1. */
  readonly id?: string;
};

const uploadScript: Handler = (account, { method, metadata }, { script = "" }) => {
  const described = JSON.parse(metadata ?? "{}");
  const bindings: UploadedBinding[] = described.bindings ?? [];
  const lost = bindings.find(({ type, id = "" }) => type === "d1" && !account.findDatabase(id));
  if (lost) return refused(400, 10_181, `D1 database ${lost.id} does not exist.`);
  const known = account.ensureScript(script);
  for (const { type, name, text: secret } of bindings) {
    if (type === "secret_text" && secret !== undefined) known.secrets.set(name, secret);
  }
  const before = new Map(known.bindings.map((binding) => [binding.name, binding]));
  known.bindings = bindings
    .filter(({ type, name }) => type !== "secret_text" && !known.secrets.has(name))
    .map((binding) =>
      binding.type === "inherit" ? (before.get(binding.name) ?? binding) : binding,
    );
  known.migrationTag = text(described.migrations?.new_tag) || known.migrationTag;
  known.uploads += 1;
  if (method === "PUT") known.deployments = [...known.deployments, known.uploads];
  return found({
    id: method === "PUT" ? script : versionId(known.uploads),
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
    onScript(({ bindings, migrationTag }) =>
      found({ bindings, annotations: {}, migration_tag: migrationTag }),
    ),
  ],
  [
    "GET",
    "/workers/scripts/:script/deployments",
    onScript((script) => found(listDeployments(script))),
  ],
  ["GET", "/workers/scripts/:script/versions/:version", showVersion],
  [
    "GET",
    "/workers/workers/:script",
    onScript(({ name }) =>
      found({ id: name, name, subdomain: { enabled: true, previews_enabled: true } }),
    ),
  ],
  ["POST", "/workers/scripts/:script/versions", uploadScript],
  ["POST", "/workers/scripts/:script/deployments", deployVersion],
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
