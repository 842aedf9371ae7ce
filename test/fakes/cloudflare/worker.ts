import type { DatabaseSync } from "node:sqlite";

import type { FakeAccount } from "./account.ts";
import type { ApiAnswer } from "./answer.ts";

/** A request to the deployed Worker. */
export type WorkerRequest = {
  readonly method: string;
  readonly path: string;
  /** The bearer's key. */
  readonly key: string;
  readonly json: Readonly<Record<string, unknown>>;
};

const answer = (status: number, body: object): ApiAnswer => ({ status, body });
const refuse = (status: number, message: string) => answer(status, { error: { message } });

/** Answers as the deployed Worker does: its health, and the projects that its migrated catalog has. */
export function answerWorker(
  account: FakeAccount,
  name: string,
  request: WorkerRequest,
): ApiAnswer {
  const script = account.scripts.get(name);
  if (!script) return refuse(404, "There is nothing here yet.");
  const { method, path, key, json } = request;
  if (path === "/health") return answer(200, { status: "ok" });
  if (!path.startsWith("/v1/organization/projects")) return refuse(404, "There is no such path.");
  if (key !== script.secrets.get("ADMIN_KEY")) return refuse(401, "The admin key is not valid.");
  const catalog = account.findDatabase(`${name}-catalog`)?.sqlite;
  if (!catalog) return refuse(500, "The service failed.");
  try {
    const project = /^\/v1\/organization\/projects\/(\w+)\/api_keys$/.exec(path)?.[1];
    if (project !== undefined) {
      return method === "POST"
        ? addKey(catalog, project, account.newId())
        : listKeys(catalog, project);
    }
    if (method === "POST") {
      const id = `proj_${account.newId().replaceAll("-", "")}`;
      catalog
        .prepare(
          "INSERT INTO project (id, name, region, status, created_at) VALUES (?, ?, 'auto', 'active', 0)",
        )
        .run(id, String(json["name"]));
      return answer(200, { id, object: "organization.project", name: json["name"] });
    }
    const data = catalog.prepare("SELECT id, name FROM project").all();
    return answer(200, { object: "list", data, has_more: false });
  } catch {
    return refuse(500, "The service failed.");
  }
}

function addKey(catalog: DatabaseSync, project: string, id: string): ApiAnswer {
  catalog
    .prepare(
      "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, 'First key', ?, '', 0)",
    )
    .run(id, project, id);
  return answer(200, { id, value: `sk-ew-${id.replaceAll("-", "")}` });
}

function listKeys(catalog: DatabaseSync, project: string): ApiAnswer {
  const data = catalog.prepare("SELECT id FROM api_key WHERE project_id = ?").all(project);
  return answer(200, { object: "list", data, has_more: false });
}
