import type { FakeAccount, FakeQueue } from "./account.ts";
import {
  type ApiAnswer,
  type ApiRequest,
  found,
  type Handler,
  refused,
  type Route,
  text,
} from "./answer.ts";
import type { FakeDatabase } from "./database.ts";
import { REMOVAL_ROUTES } from "./removal-routes.ts";
import { SCRIPT_ROUTES } from "./script-routes.ts";

/** Metadata indexes that an index of Vectorize may have. */
const METADATA_INDEXES_MAX = 10;

const page = (all: readonly unknown[], { query }: ApiRequest): ApiAnswer => {
  const isFirst = Number(query["page"] ?? 1) === 1;
  const result_info = { page: 1, per_page: 1000, total_count: all.length, total_pages: 1 };
  return found(isFirst ? all : [], { result_info });
};

const showDatabase = ({ uuid, name, jurisdiction }: FakeDatabase) => ({
  uuid,
  name,
  ...(jurisdiction !== null && { jurisdiction }),
  version: "production",
  created_at: "2026-11-30T00:00:00Z",
});

const showQueue = ({ id, name, jurisdiction, consumers }: FakeQueue) => ({
  queue_id: id,
  queue_name: name,
  ...(jurisdiction !== null && { jurisdiction }),
  created_on: "2026-11-30T00:00:00Z",
  modified_on: "2026-11-30T00:00:00Z",
  producers: [],
  producers_total_count: 0,
  consumers,
  consumers_total_count: consumers.length,
});

/** The time of each migration; the real one would make every answer different. */
const APPLIED_AT = "2026-11-30 00:00:00";

const runQuery: Handler = (account, { json }, { database = "" }) => {
  const known = account.findDatabase(database);
  if (!known) return refused(404, 7404, "The database does not exist.");
  const params = Array.isArray(json["params"]) ? json["params"] : [];
  try {
    const results = known
      .run(text(json["sql"]), ...params)
      .map((row) => ("applied_at" in row ? { ...row, applied_at: APPLIED_AT } : row));
    return found([{ success: true, results, meta: { duration: 0, changes: 0 } }]);
  } catch (error) {
    return refused(400, 7500, error instanceof Error ? error.message : String(error));
  }
};

/** The account that the token of a request reaches. */
export type Login = { readonly account: FakeAccount; readonly accountId: string };

/** The operations that the deployment uses; `:name` is a part of the path. */
const ROUTES: readonly Route[] = [
  ["GET", "/user", () => found({ id: "u", email: "team@example.com" })],
  ["GET", "/user/tokens/verify", () => found({ id: "t", status: "active" })],
  ["GET", "/workers/subdomain", () => found({ subdomain: "team" })],
  ...SCRIPT_ROUTES,
  ...REMOVAL_ROUTES,
  [
    "GET",
    "/d1/database",
    (account, request) => {
      const wanted = request.query["name"] ?? "";
      const all = [...account.databases.values()].filter(({ name }) => name.includes(wanted));
      return page(all.map(showDatabase), request);
    },
  ],
  [
    "POST",
    "/d1/database",
    (account, { json }) => {
      const name = text(json["name"]);
      if (account.databases.has(name)) {
        return refused(400, 7502, `A database with the name ${name} already exists.`);
      }
      const place = {
        location: text(json["primary_location_hint"]) || null,
        jurisdiction: text(json["jurisdiction"]) || null,
      };
      return found(showDatabase(account.addDatabase(name, place)));
    },
  ],
  [
    "GET",
    "/d1/database/:database",
    (account, _request, { database = "" }) => {
      const known = account.findDatabase(database);
      return known
        ? found(showDatabase(known))
        : refused(404, 7404, "The database does not exist.");
    },
  ],
  ["POST", "/d1/database/:database/query", runQuery],
  [
    "GET",
    "/r2/buckets/:bucket",
    (account, { jurisdiction }, { bucket = "" }) =>
      account.buckets.get(bucket)?.jurisdiction === jurisdiction
        ? found({ name: bucket })
        : refused(404, 10_006, "The specified bucket does not exist."),
  ],
  [
    "GET",
    "/r2/buckets",
    (account, { jurisdiction }) =>
      found({
        buckets: [...account.buckets.values()].filter((one) => one.jurisdiction === jurisdiction),
      }),
  ],
  [
    "POST",
    "/r2/buckets",
    (account, { json, jurisdiction }) => {
      const name = text(json["name"]);
      const location = text(json["locationHint"]) || null;
      account.buckets.set(name, { name, location, jurisdiction, objects: 0, rules: [] });
      return found({ name });
    },
  ],
  [
    "GET",
    "/queues",
    (account, request) => {
      const wanted = request.query["name"];
      const all = [...account.queues.values()].filter(({ name }) => !wanted || name === wanted);
      return page(all.map(showQueue), request);
    },
  ],
  [
    "POST",
    "/queues",
    (account, { json }) => {
      const jurisdiction = text(json["jurisdiction"]) || null;
      return found(showQueue(account.addQueue(text(json["queue_name"]), jurisdiction)));
    },
  ],
  [
    "POST",
    "/queues/:queue/consumers",
    (account, { json }, { queue = "" }) => {
      const consumer = {
        consumer_id: account.newId(),
        type: "worker",
        script: json["script_name"],
        ...json,
      };
      const known = account.findQueue(queue);
      if (!known) return refused(404, 11_000, "queue not found");
      if (known.consumers.length > 0) return refused(400, 11_004, "consumer already exists");
      known.consumers.push(consumer);
      return found(consumer);
    },
  ],
  [
    "GET",
    "/queues/:queue/consumers",
    (account, _request, { queue = "" }) => found(account.findQueue(queue)?.consumers ?? []),
  ],
  ["PUT", "/queues/:queue/consumers/:consumer", () => found({})],
  ["GET", "/vectorize/v2/indexes", (account) => found([...account.indexes.values()])],
  [
    "GET",
    "/vectorize/v2/indexes/:index",
    (account, _request, { index = "" }) => {
      const known = account.indexes.get(index);
      return known ? found(known) : refused(404, 3000, "vectorize.index.not_found");
    },
  ],
  [
    "POST",
    "/vectorize/v2/indexes",
    (account, { json }) => {
      const name = text(json["name"]);
      if (account.indexes.has(name)) return refused(409, 3002, "vectorize.index.duplicate_name");
      const { dimensions = 0, metric = "" } = Object(json["config"]);
      const index = { name, config: { dimensions, metric }, metadataIndexes: [] };
      account.indexes.set(name, index);
      return found(index);
    },
  ],
  [
    "GET",
    "/vectorize/v2/indexes/:index/metadata_index/list",
    (account, _request, { index = "" }) =>
      found({ metadataIndexes: account.indexes.get(index)?.metadataIndexes ?? [] }),
  ],
  [
    "POST",
    "/vectorize/v2/indexes/:index/metadata_index/create",
    (account, { json }, { index = "" }) => {
      const known = account.indexes.get(index);
      if (!known) return refused(404, 3000, "vectorize.index.not_found");
      if (known.metadataIndexes.length >= METADATA_INDEXES_MAX) {
        return refused(400, 3004, "vectorize.index.too_many_metadata_indexes");
      }
      const propertyName = text(json["propertyName"]);
      known.metadataIndexes.push({ propertyName, indexType: text(json["indexType"]) });
      return found({ mutationId: account.newId() });
    },
  ],
];

/** Answers a request of a tool from the state of the account. */
export function answerApi({ account, accountId }: Login, request: ApiRequest): ApiAnswer {
  const reached = { id: accountId, name: "Account" };
  if (request.path === "/accounts") return found([reached]);
  if (request.path === "/memberships") return found([{ id: "m", account: reached }]);
  for (const [method, pattern, handler] of ROUTES) {
    const source = pattern.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^${source}$`).exec(request.path);
    if (method === request.method && match) return handler(account, request, { ...match.groups });
  }
  return refused(404, 7003, `The fake account has no ${request.method} ${request.path}.`);
}
