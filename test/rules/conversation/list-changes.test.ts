import { describe, expect, it } from "vitest";

import { type LoggedChange, planLists } from "../../../src/conversation/list-changes.ts";
import { newId, newKey, newResponseId } from "../../../src/ids.ts";

const KEY = newKey();
const CONVERSATION = `conv_${KEY}` as const;
const RESPONSE = newResponseId(KEY);
const AT = 1_000_000;

const change = (fact: string, more: Partial<LoggedChange> = {}): LoggedChange => ({
  at: AT,
  fact,
  subject: RESPONSE,
  responseId: RESPONSE,
  isInConversation: false,
  isBackground: false,
  ...more,
});
const ofConversation = (fact: string) => change(fact, { subject: CONVERSATION, responseId: null });

describe("changes of a conversation object", () => {
  it.each([
    ["a conversation that is created", [ofConversation("conversation.created")], 1_000],
    ["its first question", [change("response.created", { isInConversation: true })], 1_000],
    ["an answer in the background", [change("response.completed", { isBackground: true })], 2_000],
    ["a deleted answer in the background", [change("response.unlisted")], 2_000],
    ["an answer that somebody waits for", [change("response.created")], null],
    [
      "the end of an answer in a conversation",
      [change("response.completed", { isInConversation: true })],
      null,
    ],
  ])("are written in time: %s", (_name, changes, delay) => {
    expect(planLists(changes, false).due).toBe(delay === null ? null : AT + delay);
  });

  it("let a further question wait for others", () => {
    const asked = change("response.created", { isInConversation: true });

    expect(planLists([asked, { ...asked, at: AT + 5 }], true)).toEqual({
      isChanged: true,
      erased: null,
      activeAt: AT + 5,
      responses: [],
      removed: [],
      due: AT + 600_000,
    });
  });

  it("name each response in the background once, also one whose item was erased", () => {
    const background = { isBackground: true };
    const item = change("item.erased", { ...background, subject: newId("msg_") });
    const other = newResponseId(KEY);

    const plan = planLists(
      [
        change("response.created", background),
        change("response.completed", background),
        { ...item, responseId: other },
        change("response.unlisted", { subject: other }),
      ],
      true,
    );

    expect(plan).toMatchObject({ responses: [RESPONSE, other], removed: [other], isChanged: true });
  });

  it("name the conversation that was erased", () => {
    expect(planLists([ofConversation("conversation.erased")], true)).toMatchObject({
      erased: CONVERSATION,
      due: AT + 1_000,
    });
  });
});
