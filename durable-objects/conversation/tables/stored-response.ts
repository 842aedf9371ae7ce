import { REQUEST_BYTES_MAX } from "../../../src/bounds.ts";
import {
  columns,
  flag,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  withBound,
} from "../../../src/columns.ts";
import type { SettledFact } from "../../../src/conversation/answer-fact.ts";
import type { ResponseStatus } from "../../../src/conversation/response-object.ts";
import type { ResponseRequest } from "../../../src/conversation/response-request.ts";
import type { ConversationId, ResponseId } from "../../../src/ids.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";

/** The columns of the table of responses. The row of a deleted response remains, without content. */
export const RESPONSE = columns("response", {
  id: text<ResponseId>(),
  conversationId: nullable(text<ConversationId>()),
  previousId: nullable(text<ResponseId>()),
  scope: json<Scope>(),
  status: text<ResponseStatus | "deleted">(),
  /** Null after the response was deleted. */
  request: nullable(withBound(json<ResponseRequest>(), REQUEST_BYTES_MAX)),
  settled: nullable(json<SettledFact>()),
  /** True after the response's facts (the log of its answer) were erased. Its items are kept. */
  isFolded: flag("folded"),
  createdAt: integer(),
  due: nullable(integer()),
  /** The `ItemRange` of its items; null without items. */
  firstSeq: nullable(integer()),
  lastSeq: nullable(integer()),
});
/** The columns of a response that `StoredResponse` has. */
export const STORED_RESPONSE = RESPONSE.omit("due", "firstSeq", "lastSeq");

/** A row of the table of responses, with its JSON columns parsed. */
export type StoredResponse = Readonly<
  Omit<RowOf<typeof STORED_RESPONSE>, "scope" | "request" | "settled" | "isFolded">
> & {
  readonly scope: Scope;
  readonly request: ResponseRequest | null;
  readonly settled: SettledFact | null;
  readonly isFolded: boolean;
};

/** Parses the JSON columns of a row of the table of responses. */
export const parseResponse = (row: RowOf<typeof STORED_RESPONSE>): StoredResponse => ({
  ...row,
  scope: parseJson(row.scope),
  request: row.request === null ? null : parseJson(row.request),
  settled: row.settled === null ? null : parseJson(row.settled),
  isFolded: row.isFolded === 1,
});
