/** An HTTP request of the fuzz before it is encoded. Mutations change it. */
export type Draft = {
  method: string;
  /** The path, percent-encoded as it is sent. */
  path: string;
  /** Names and values of the query parameters, percent-encoded. */
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  /** The bytes of the body; null without one. */
  body: Buffer | null;
  /** The JSON value that `body` encodes; undefined if the body is not JSON any more. */
  json: unknown;
  framing: Framing;
  /**
   * True if the platform may refuse the request before the service sees it. The format of its error is then not
   * checked.
   */
  isForPlatform: boolean;
};

/**
 * The way in which the end of the body is marked. `short` declares more bytes than are sent, then ends the connection.
 */
type Framing = "length" | "chunked" | "short";

/** Sets a header of a request; other headers of the same name are removed. */
export function setHeader(draft: Draft, name: string, value: string): void {
  draft.headers = draft.headers.filter(([known]) => known !== name);
  draft.headers.push([name, value]);
}

/** Sets the body of a request to a JSON value. */
export function setJson(draft: Draft, json: unknown): void {
  draft.json = json;
  draft.body = Buffer.from(JSON.stringify(json) ?? "null");
}

/** Encodes a request to the bytes that are sent over the connection. */
export function encode(draft: Draft, host: string): Buffer {
  const { method, path, query, headers, body, framing } = draft;
  const search = query.map(([name, value]) => `${name}=${value}`).join("&");
  const lines = [
    `${method} ${path}${search ? `?${search}` : ""} HTTP/1.1`,
    `host: ${host}`,
    "connection: close",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const payload = body ?? Buffer.alloc(0);
  if (framing === "chunked") lines.push("transfer-encoding: chunked");
  else if (body) lines.push(`content-length: ${payload.length + (framing === "short" ? 100 : 0)}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return Buffer.concat([head, framing === "chunked" ? chunk(payload) : payload]);
}

function chunk(payload: Buffer): Buffer {
  const size = Math.max(1, Math.ceil(payload.length / 3));
  const parts: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const part = payload.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}
