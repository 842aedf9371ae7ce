const own = new WeakSet<Request>();

/** Marks a request that the service makes to itself, on behalf of a stream. It is none of a client's, and not logged. */
export function markOwn(request: Request): Request {
  own.add(request);
  return request;
}

/** Tests whether the service made a request to itself. */
export const isOwn = (request: Request): boolean => own.has(request);
