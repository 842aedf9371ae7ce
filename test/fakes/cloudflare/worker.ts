import type { FakeAccount } from "./account.ts";
import { type ApiAnswer, text } from "./answer.ts";
import type { FakeDatabase } from "./database.ts";

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
  const catalog = account.findDatabase(`${name}-catalog`);
  if (!catalog) return refuse(500, "The service failed.");
  try {
    const [, project, keyId] =
      /^\/v1\/organization\/projects\/(\w+)\/api_keys(?:\/([\w-]+))?$/.exec(path) ?? [];
    if (keyId !== undefined) return deleteKey(catalog, keyId);
    if (project !== undefined) {
      return method === "POST"
        ? addKey(catalog, { project, id: account.newId(), name: text(json["name"]) })
        : listKeys(catalog, project);
    }
    return method === "POST"
      ? addProject(catalog, `proj_${account.newId().replaceAll("-", "")}`, text(json["name"]))
      : answer(200, { object: "list", data: catalog.run("SELECT id, name FROM project") });
  } catch {
    return refuse(500, "The service failed.");
  }
}

function addProject(catalog: FakeDatabase, id: string, name: string): ApiAnswer {
  catalog.run(
    "INSERT INTO project (id, name, region, status, created_at) VALUES (?, ?, 'auto', 'active', 0)",
    id,
    name,
  );
  return answer(200, { id, object: "organization.project", name });
}

/** A key of the fake: its value is made from its id. */
type NewKey = { readonly project: string; readonly id: string; readonly name: string };

function addKey(catalog: FakeDatabase, { project, id, name }: NewKey): ApiAnswer {
  catalog.run(
    "INSERT INTO api_key (id, project_id, name, sha256, redacted, created_at) VALUES (?, ?, ?, ?, '', 0)",
    id,
    project,
    name,
    id,
  );
  return answer(200, { id, value: keyValue(id) });
}

/** Returns the value of a key of the fake by its id. */
export const keyValue = (id: string): string => `sk-ew-${id.replaceAll("-", "")}`;

function deleteKey(catalog: FakeDatabase, id: string): ApiAnswer {
  catalog.run("DELETE FROM api_key WHERE id = ?", id);
  return answer(200, { id, deleted: true });
}

function listKeys(catalog: FakeDatabase, project: string): ApiAnswer {
  const data = catalog.run("SELECT id, name FROM api_key WHERE project_id = ?", project);
  return answer(200, { object: "list", data, has_more: false });
}
