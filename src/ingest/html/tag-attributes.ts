/** The attributes that say something about the text. Others are not read. */
const READ = new Set(
  (
    "alt aria-hidden checked class close colspan hidden href id label open placeholder reversed rowspan selected " +
    "shadowrootmode start style type value"
  ).split(" "),
);
const HIDING =
  /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden)\b/i;
const STRIKING = /line-through/i;
const LIST_STYLE = /list-style(?:-type)?\s*:\s*(?:[a-z]+\s+)*?([a-z]+(?:-[a-z]+)*)/i;
const VALUE_LENGTH_MAX = 10_000;

/** The attributes of the tag that is being read. */
export class TagAttributes {
  readonly #values = new Map<string, string>();
  #name = "";

  /** Forgets the attributes of the tag before. */
  clear(): void {
    this.#name = "";
    if (this.#values.size > 0) this.#values.clear();
  }

  /** Begins an attribute. */
  begin(name: string): void {
    const lower = name.toLowerCase();
    this.#name = READ.has(lower) && !this.#values.has(lower) ? lower : "";
    if (this.#name !== "") this.#values.set(lower, "");
  }

  /** Adds text to the value of the open attribute. */
  add(text: string): void {
    if (this.#name === "") return;
    const value = this.#values.get(this.#name) ?? "";
    const left = VALUE_LENGTH_MAX - value.length;
    if (left > 0) this.#values.set(this.#name, value + text.slice(0, left));
  }

  /** Returns true if the tag has the attribute, with or without a value. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Returns the value of an attribute; "" if it is missing. */
  read(name: string): string {
    return this.#values.get(name) ?? "";
  }

  /** Returns the value of an attribute as a whole number; null if it is none. */
  readNumber(name: string): number | null {
    const match = /^\s*(-?\d{1,9})/.exec(this.read(name));
    return match ? Number(match[1]) : null;
  }

  /** True if readers do not see the element. */
  get isHidden(): boolean {
    if (this.#values.size === 0) return false;
    // Browsers show this content as soon as a reader searches for it.
    if (this.has("hidden") && this.read("hidden").toLowerCase() !== "until-found") return true;
    return this.read("aria-hidden").toLowerCase() === "true" || HIDING.test(this.read("style"));
  }

  /** True if the text of the element is struck out. */
  get isStruck(): boolean {
    return STRIKING.test(this.read("style"));
  }

  /** The classes of the element. */
  get classes(): readonly string[] {
    return this.read("class")
      .split(/\s+/)
      .filter((name) => name !== "");
  }

  /** The style of the numbers of a list, in the words of CSS; "" if the tag says none. */
  get listStyle(): string {
    return LIST_STYLE.exec(this.read("style"))?.[1]?.toLowerCase() ?? "";
  }
}
