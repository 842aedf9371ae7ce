import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { resolvePlace, userMessage } from "./admit-response.ts";
import { type ChooseModelDeps, refuseModelName } from "./choose-model.ts";
import type { ConversationDeps } from "./conversation-client.ts";
import type { Item } from "./item.ts";
import { type ReferenceDeps, readItems } from "./resolve-items.ts";
import type { CreateResponseBody } from "./response-request.ts";

/** The parts of a request that decide which items it answers to. */
type Asked = {
  readonly model?: string | null | undefined;
  readonly input?: CreateResponseBody["input"] | null | undefined;
  readonly previous_response_id?: string | null | undefined;
  readonly conversation?: string | null | undefined;
};

/** Reads the items that a response with this body would answer to, oldest first. */
export async function readInput(
  deps: ConversationDeps & ReferenceDeps & ChooseModelDeps,
  { model, input, previous_response_id: previous, conversation }: Asked,
): Promise<Result<readonly Item[], Refusal>> {
  const refused = await refuseModelName(deps, model ?? "");
  if (refused) return err(refused);
  const place = resolvePlace(conversation ?? null, previous ?? null);
  if (!place.ok) return place;
  const { conversationKey, conversationId, previousId } = place.value;
  const last = conversationId ?? previousId;
  const before = last
    ? await deps.call(conversationKey, (object) => object.history(last))
    : ok<readonly Item[]>([]);
  if (!before.ok) return before;
  const items = typeof input === "string" ? [userMessage(input)] : (input ?? []);
  const sent = await readItems(deps, conversationKey, { items, param: "input" });
  return sent.ok ? ok([...before.value, ...sent.value]) : sent;
}
