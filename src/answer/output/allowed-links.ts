import {
  type LinkRule,
  type OutputPolicy,
  readHostPattern,
} from "../../knowledge/project-settings.ts";
import { NAMED_CHARACTERS } from "../../named-characters.ts";
import { lookUp } from "../../record.ts";

/**
 * The two kinds of links in an answer. The reader's browser loads the URLs of `images` at once, those of `links` only
 * after a click.
 */
export type LinkKind = "images" | "links";

/**
 * A passage that the model was given, with the heading and the file name shown beside it. An answer may repeat the
 * links in it.
 */
export type Source = { readonly text: string; readonly heading: string; readonly filename: string };

/**
 * Decides which URLs may stay in the links and images of one answer, by the project's output policy and the answer's
 * sources. No model is involved.
 */
export class AllowedLinks {
  readonly #policy: OutputPolicy;
  readonly #sources: () => readonly Source[];
  readonly #named = new Set<string>();
  #read = 0;

  /** `sources` returns the passages that the model was given so far, in the order in which they were found. */
  constructor(policy: OutputPolicy, sources: () => readonly Source[]) {
    this.#policy = policy;
    this.#sources = sources;
  }

  /** Tests whether the policy allows every URL for links of this kind. */
  allowsAll(kind: LinkKind): boolean {
    return this.#policy[kind].allow === "any";
  }

  /** Tests whether a link or image may have the destination `destination`, which is written as in Markdown or HTML. */
  allows(kind: LinkKind, destination: string): boolean {
    const rule = this.#policy[kind];
    if (rule.allow === "any") return true;
    const host = readHost(destination);
    // Relative links to the site that shows the answer are allowed. A relative image is not: a browser fetches it
    // without a click, from an address that cannot be foreseen.
    if (host === SAME_SITE) return kind === "links";
    return (
      host !== null && (isListed(rule, host) || (rule.allow === "sources" && this.#names(host)))
    );
  }

  #names(host: string): boolean {
    const sources = this.#sources();
    for (; this.#read < sources.length; this.#read++) {
      const { text = "", heading = "", filename = "" } = sources[this.#read] ?? {};
      for (const [name] of `${text}\n${heading}\n${filename}`.matchAll(HOST)) {
        const isAscii = /^[\w.-]+$/.test(name);
        this.#named.add(isAscii ? name.toLowerCase() : (readHostPattern(name) ?? name));
      }
    }
    return this.#named.has(host);
  }
}

/** A name with a dot, such as a URL has it: `example.com`, `192.0.2.1`. */
const HOST = /[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*\.[\p{L}\p{N}_-]+)+/gu;

const isListed = ({ hosts }: LinkRule, host: string): boolean =>
  hosts.some((one) => (one.startsWith("*.") ? host.endsWith(one.slice(1)) : host === one));

/** The result of `readHost` for a destination without a host. */
const SAME_SITE = Symbol("same site");
const BASE = "https://same-site.invalid/";

/** Reads the host that a browser would call. Null for one that it would not call over HTTP, such as `javascript:`. */
function readHost(destination: string): string | typeof SAME_SITE | null {
  const url = URL.parse(decodeEscapes(destination), BASE);
  if (!url) return null;
  if (url.protocol === "mailto:") return readHostPattern(url.pathname.split("@").at(-1) ?? "");
  if (!/^(?:https?|ftp):$/.test(url.protocol)) return null;
  const host = url.hostname.replace(/\.$/, "");
  return host === "same-site.invalid" ? SAME_SITE : host;
}

/** Decodes the escapes of Markdown (`\.`) and HTML (`&#58;`, `&colon;`) in a destination. */
function decodeEscapes(destination: string): string {
  return destination
    .replaceAll(
      /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,24}));?/gi,
      (entity, hex, decimal, name) => {
        if (name !== undefined) return lookUp(ENTITIES, String(name).toLowerCase()) ?? entity;
        const code = Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
      },
    )
    .replaceAll(/\\(?=[!-/:-@[-`{-~])(?![\\/])/g, "");
}

/** The entities whose characters can be a part of a host or of what is around it. */
const ENTITIES: Readonly<Record<string, string>> = {
  ...NAMED_CHARACTERS,
  hyphen: "-",
  dash: "-",
  tab: "\t",
  newline: "\n",
};
