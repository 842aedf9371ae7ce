/** Names of the tags in which open models reason, in angle brackets, square ones or Kimi's. */
const ANYWHERE = "think|thinking|thought|seed:think";
/** Names of tags that mark reasoning only where they begin a reply: later they may be the XML that was asked for. */
const AT_START = "reasoning|thoughts|scratchpad";
const NAMES = `${ANYWHERE}|${AT_START}`;
/** Matches a whole tag that counts only where it begins a reply; its group is the name. */
export const TAG_AT_START = new RegExp(`^</?(${AT_START})>$`, "i");
/** Matches the next tag. A group has the slash of a closing one. */
export const TAG = new RegExp(`<(/?)(?:${NAMES})>|\\[(/?)THINK\\]|◁(/?)think▷`, "i");
const TAGS = NAMES.split("|")
  .flatMap((name) => [`<${name}>`, `</${name}>`])
  .concat("[think]", "[/think]", "◁think▷", "◁/think▷");
const TAG_MAX = Math.max(...TAGS.map((tag) => tag.length));

/** Returns the length of the longest end of a text that begins a tag. */
export function beginningOfTag(text: string): number {
  const tail = text.slice(1 - TAG_MAX).toLowerCase();
  for (let at = 0; at < tail.length; at++) {
    if (!OPENING.includes(tail.charAt(at))) continue;
    const end = tail.slice(at);
    if (TAGS.some((tag) => tag.startsWith(end))) return end.length;
  }
  return 0;
}

const OPENING = "<[◁";
