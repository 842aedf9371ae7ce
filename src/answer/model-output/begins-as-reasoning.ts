/** The beginnings of reasoning, in lower case. Few answers from documents begin with them. */
const THOUGHTS = [
  "okay",
  "ok,",
  "alright",
  "hm",
  "let me think",
  "let me see",
  "let me look",
  "let me check",
  "let me start",
  "let's see",
  "let's think",
  "let's look",
  "the user",
  "so, the user",
  "so the user",
  "first, the user",
  "first, i ",
  "first i ",
  "we need to",
  "we have to",
  "we are given",
  "we are asked",
  "i need to",
  "i have to",
  "i should",
  "i'm asked",
  "looking at the pass",
  "wait",
  "好的，用户",
  "好，用户",
  "嗯",
  "用户",
  "首先，用户",
  "首先，我",
  "我需要",
  "我们需要",
];

/** Guesses from the beginning of a reply whether it is reasoning. */
export function beginsAsReasoning(text: string): boolean {
  const opening = text.trimStart().toLowerCase().replaceAll("’", "'");
  return THOUGHTS.some((one) => opening.startsWith(one));
}
