/** The share of messages that are sent twice, and of those that are delayed, so that later ones overtake them. */
const TWICE = 0.1;
const DELAYED = 0.3;
const DELAY_SECONDS_MAX = 3;

/**
 * Returns the bindings with queues that disturb their messages: some are sent twice, and some are delayed. Each second
 * copy is reported to the server at `CHAOS_URL`, which counts them, since this process is killed.
 */
export function disturbQueues(env: Env): Env {
  const disturbed = { ...env };
  for (const [name, binding] of Object.entries(env)) {
    if (isQueue(binding))
      Reflect.set(disturbed, name, disturb(binding, String(Reflect.get(env, "CHAOS_URL"))));
  }
  return disturbed;
}

const isQueue = (binding: unknown): binding is Queue =>
  typeof binding === "object" && binding !== null && "sendBatch" in binding;

function disturb(queue: Queue, url: string): Pick<Queue, "send" | "sendBatch"> {
  const sendAll = async (
    messages: readonly MessageSendRequest[],
    options?: QueueSendBatchOptions,
  ) => {
    const copies = messages.filter(() => Math.random() < TWICE);
    const answer = await queue.sendBatch([...messages, ...copies].map(delay), options);
    // A report that fails makes the count lower, nothing else.
    if (copies.length > 0) {
      await fetch(`${url}/copies/${copies.length}`, { method: "POST" }).catch(() => {});
    }
    return answer;
  };
  return {
    send: async (body, options) => await sendAll([{ body, ...options }]),
    sendBatch: async (messages, options) => await sendAll([...messages], options),
  };
}

function delay(message: MessageSendRequest): MessageSendRequest {
  if (Math.random() >= DELAYED) return message;
  const delaySeconds = Math.ceil(Math.random() * DELAY_SECONDS_MAX);
  return { ...message, delaySeconds: Math.max(delaySeconds, message.delaySeconds ?? 0) };
}
