import { newRequestKey } from "./request-key.ts";

/** The idempotency keys of requests to which no reply has come, by request. */
const unanswered = new Map<string, string>();

/**
 * Sends a request so that it is done once, though its reply may be lost: the same `request` again, such as by another
 * click, gets the same key. `isLost` tells of an error whether the service may have done the request all the same.
 */
export async function once<Reply>(
  request: string,
  send: (headers: Readonly<Record<string, string>>) => Promise<Reply>,
  isLost: (error: unknown) => boolean,
): Promise<Reply> {
  const key = unanswered.get(request) ?? newRequestKey();
  unanswered.delete(request);
  try {
    return await send({ "idempotency-key": key });
  } catch (error) {
    if (isLost(error)) unanswered.set(request, key);
    throw error;
  }
}
