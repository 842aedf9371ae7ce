import { found, type Handler, refused, type Route } from "./answer.ts";

const removeWorker: Handler = (account, _request, { script = "" }) => {
  const isConsumer = [...account.queues.values()].some(({ consumers }) =>
    consumers.some((consumer) => "script" in consumer && consumer.script === script),
  );
  if (isConsumer) {
    return refused(400, 10_064, "script still in use as a consumer for a queue");
  }
  return account.scripts.delete(script)
    ? found(null)
    : refused(404, 10_090, "This service does not exist on your account.");
};

const removeConsumer: Handler = (account, _request, { queue = "", consumer = "" }) => {
  const consumers = account.findQueue(queue)?.consumers ?? [];
  const at = consumers.findIndex((one) => "consumer_id" in one && one.consumer_id === consumer);
  if (at < 0) return refused(404, 11_003, "consumer not found");
  consumers.splice(at, 1);
  return found(null);
};

const removeQueue: Handler = (account, _request, { queue = "" }) => {
  const known = account.findQueue(queue);
  if (!known) return refused(404, 11_000, "queue not found");
  const isBound = [...account.scripts.values()].some(({ bindings }) =>
    bindings.some((binding) => "queue_name" in binding && binding.queue_name === known.name),
  );
  if (isBound) return refused(400, 11_005, "queue is still referenced by a binding of a Worker");
  account.queues.delete(known.name);
  return found(null);
};

const removeBucket: Handler = (account, _request, { bucket = "" }) => {
  const known = account.buckets.get(bucket);
  if (!known) return refused(404, 10_006, "The specified bucket does not exist.");
  if (known.objects > 0)
    return refused(409, 10_008, "The bucket you tried to delete is not empty.");
  account.buckets.delete(bucket);
  return found({});
};

/** The operations that remove parts of an account, with the order that Cloudflare demands of them. */
export const REMOVAL_ROUTES: readonly Route[] = [
  ["GET", "/workers/scripts/:script/references", () => found({ services: { incoming: [] } })],
  ["GET", "/workers/tails/by-consumer/:script", () => found([])],
  ["GET", "/storage/kv/namespaces", () => found([])],
  ["DELETE", "/workers/services/:script", removeWorker],
  ["DELETE", "/queues/:queue/consumers/:consumer", removeConsumer],
  ["DELETE", "/queues/:queue", removeQueue],
  ["DELETE", "/r2/buckets/:bucket", removeBucket],
  [
    "GET",
    "/r2/buckets/:bucket/lifecycle",
    (account, _request, { bucket = "" }) =>
      found({ rules: account.buckets.get(bucket)?.rules ?? [] }),
  ],
  [
    "PUT",
    "/r2/buckets/:bucket/lifecycle",
    (account, { json }, { bucket = "" }) => {
      const known = account.buckets.get(bucket);
      if (!known) return refused(404, 10_006, "The specified bucket does not exist.");
      known.rules = Array.isArray(json["rules"]) ? json["rules"] : [];
      // The days until objects expire pass at once.
      if (known.rules.some((rule) => "deleteObjectsTransition" in rule)) known.objects = 0;
      return found({});
    },
  ],
  [
    "DELETE",
    "/d1/database/:database",
    (account, _request, { database = "" }) => {
      const known = account.findDatabase(database);
      if (!known) return refused(404, 7404, "The database does not exist.");
      account.databases.delete(known.name);
      return found(null);
    },
  ],
  [
    "DELETE",
    "/vectorize/v2/indexes/:index",
    (account, _request, { index = "" }) =>
      account.indexes.delete(index) ? found(null) : refused(404, 3000, "vectorize.index.not_found"),
  ],
];
