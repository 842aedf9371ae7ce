import type { ResponseCommand } from "../../../src/conversation/conversation-client.ts";
import { isResponseId, readConversationKey, type ResponseId } from "../../../src/ids.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { KEY_SPENT, type KeyClaim } from "../../../src/request-key.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { RequestKeys } from "../../request-keys.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";

/** The idempotency keys of responses: those of this object, and those of others that this object is named by. */
export class AnswerKeys {
  readonly #keys: RequestKeys;
  readonly #responses: Responses;

  constructor(keys: RequestKeys, responses: Responses) {
    this.#keys = keys;
    this.#responses = responses;
  }

  /** Finds the response of a command that is repeated; null for a new one. Refuses a key whose response was deleted. */
  findRepeated({ id, claim }: ResponseCommand): Result<LiveResponse | null, Refusal> {
    const first = claim ? this.#findClaimed(claim) : ok(null);
    if (!first.ok) return first;
    const existing = this.#responses.find(first.value ?? id);
    if (existing || !claim) return ok(existing);
    return first.value || this.#responses.isDeleted(id) ? err(KEY_SPENT) : ok(null);
  }

  /** Stores the key of a response outside of conversations, whose object is named by the key. */
  keep({ id, claim }: ResponseCommand): void {
    if (claim?.name === readConversationKey(id)) this.#keys.keep(claim, [id], Date.now());
  }

  /**
   * Claims a key for the response `id`, which begins in the object of another conversation. Returns the id for which the
   * key was claimed first.
   */
  claim(claim: KeyClaim, id: ResponseId): Result<ResponseId, Refusal> {
    const claimed = this.#findClaimed(claim);
    if (!claimed.ok) return claimed;
    if (claimed.value) return ok(claimed.value);
    this.#keys.keep(claim, [id], Date.now());
    return ok(id);
  }

  /** Finds the id of the response that was claimed or created with a key; null if none was. */
  #findClaimed(claim: KeyClaim): Result<ResponseId | null, Refusal> {
    const made = this.#keys.find(claim, Date.now());
    if (!made.ok) return made;
    const [first = ""] = made.value ?? [];
    return ok(isResponseId(first) ? first : null);
  }
}
