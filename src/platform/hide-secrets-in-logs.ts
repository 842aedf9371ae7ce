/** Maximum characters of an error's text in a log line: a provider may answer with a page, or with the whole prompt. */
const LOGGED_CHARACTERS_MAX = 1_000;

/** Values of this length and more are secrets; shorter ones would hide ordinary words. */
const SECRET_CHARACTERS_MIN = 6;

/** Keys and tokens by their form, since a provider may repeat a key that is not ours. */
const SECRET_FORMS = [
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
  /\b(?:sk|pk|rk|ak|gsk|xox[abp]|gh[opsu]|AKIA|AIza)[-_]?[\w*.-]{12,}/g,
  /\b(?:api[-_ ]?key|token|secret|password|authorization)\b["']?\s*[:=]\s*["']?[^\s"',;&}]{4,}/gi,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
];

let secrets: readonly string[] = [];

/** Registers secrets of the deployment, so that no later log line of this isolate contains their values. */
export function hideInLogs(values: readonly string[]): void {
  secrets = values.filter((value) => value.length >= SECRET_CHARACTERS_MIN);
}

/** Makes a text safe for a log line: shortens it, and replaces registered secrets and API keys in it. */
export function hideSecretsInLog(text: string): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  const hidden = SECRET_FORMS.reduce((rest, form) => rest.replaceAll(form, HIDDEN), known);
  return hidden.length > LOGGED_CHARACTERS_MAX
    ? `${hidden.slice(0, LOGGED_CHARACTERS_MAX)}…`
    : hidden;
}

const HIDDEN = "[hidden]";
