import { z } from "zod";

import { isRecord } from "../record.ts";

/** Maximum number of hosts in a list of settings. */
const HOSTS_MAX = 200;

const HostPattern = z
  .string()
  .max(260)
  .overwrite((entry) => readHostPattern(entry) ?? entry)
  .refine((entry) => readHostPattern(entry) !== null, {
    error: "write a host as 'example.com', or '*.example.com' for all hosts below it",
  });

const LinkRule = z.strictObject({
  allow: z
    .enum(["any", "sources", "none"])
    .describe(
      "The hosts to allow: any, those that a passage given to the model names, or none but `hosts`.",
    ),
  hosts: z
    .array(HostPattern)
    .max(HOSTS_MAX)
    .describe("Hosts that are allowed in any case; `*.example.com` stands for all hosts below it."),
});

/**
 * The members of a project's settings. To add one, add its schema here and its value in `DEFAULTS`: reading, merging,
 * storing, caching and the API description follow from both.
 */
const MEMBERS = {
  default_model: z
    .string()
    .min(1)
    .max(256)
    .nullable()
    .describe(
      "The model of requests that name none, and of stores that are named as models; null for the deployment's default.",
    ),
  list_stores_as_models: z
    .boolean()
    .describe(
      "With true, `GET /v1/models` lists the project's vector stores, each by the name `store:<id>`. They answer by it in any case.",
    ),
  output: z
    .strictObject({
      images: LinkRule.describe("Images in answers, and everything else that loads by itself."),
      links: LinkRule.describe("Links in answers, also bare URLs."),
    })
    .describe("Rules for the links and images of answers."),
  grounding: z
    .enum(["report", "strict"])
    .describe(
      "With `report`, a sentence that no passage supports is sent without a citation; with `strict`, it is withheld. A sentence that the passage it cites contradicts is always withheld.",
    ),
  search: z
    .enum(["first", "model"])
    .describe(
      "With `first`, the vector stores are searched before a language model whose only tool is file_search answers; with `model`, the model decides whether to search.",
    ),
  keep_questions: z
    .boolean()
    .describe(
      "With true, each vector store keeps the last 200 questions that it was searched for, by which a reindex compares its generations; with false, they are erased.",
    ),
  verify: z
    .strictObject({
      model: z
        .string()
        .min(1)
        .max(256)
        .nullable()
        .describe(
          "A model that is asked, once for each answer, about the citations that the rules cannot decide; null for none.",
        ),
    })
    .describe("The verification of citations, besides the rules."),
};

/** The schema of a project's settings, each with a value: the one that was set, or the default. */
export const ProjectSettings = z.strictObject(MEMBERS);
/** A project's settings, each with a value: the one that was set, or the default. */
export type ProjectSettings = z.output<typeof ProjectSettings>;
/** A project's setting for the links and images that answers may contain. */
export type OutputPolicy = ProjectSettings["output"];
/**
 * A project's rules for the evidence of its answers: whether a language model's answer begins with a search, what becomes
 * of sentences without support, and the model that decides about citations where the rules cannot.
 */
export type EvidencePolicy = Pick<ProjectSettings, "grounding" | "search" | "verify">;
/** The hosts to which the links, or the images, in a project's answers may lead: all, none, or a list. */
export type LinkRule = OutputPolicy["links"];

const DEFAULTS: ProjectSettings = {
  default_model: null,
  list_stores_as_models: false,
  output: {
    images: { allow: "sources", hosts: [] },
    links: { allow: "any", hosts: [] },
  },
  grounding: "report",
  search: "first",
  keep_questions: true,
  verify: { model: null },
};

/** The rules for links and images in the answers of a project that has not set any. */
export const OUTPUT_DEFAULT: OutputPolicy = DEFAULTS.output;
/** The rules for the evidence of the answers of a project that has not set any. */
export const EVIDENCE_DEFAULT: EvidencePolicy = selectEvidencePolicy(DEFAULTS);

/** Selects, from a project's settings, the rules for the evidence of its answers. */
export function selectEvidencePolicy({
  grounding,
  search,
  verify,
}: ProjectSettings): EvidencePolicy {
  return { grounding, search, verify };
}

/**
 * The schema of a change of a project's settings: the properties to change, at any depth. The value null resets a
 * property to its default. With `version`, the change is only made if the settings have that version.
 */
export const SettingsChange = z.strictObject({
  version: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("The version that the change is made for. If the settings have another one: 409."),
  ...makeChanges(MEMBERS),
});
/** A checked change of a project's settings. */
export type SettingsChange = z.output<typeof SettingsChange>;

/**
 * A project's settings as they are stored: only those that differ from the defaults. Settings that this build does not
 * know, written by a later build, are kept and ignored.
 */
export type StoredSettings = Readonly<Record<string, unknown>>;

/**
 * Adds the defaults to a project's stored settings. A stored value that this build cannot read is replaced by the
 * default.
 */
export function completeSettings(stored: StoredSettings): ProjectSettings {
  return ProjectSettings.parse(complete(ProjectSettings, stored, DEFAULTS));
}

function complete(schema: z.core.$ZodType, stored: unknown, fallback: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) {
    const read = z.safeParse(schema, stored);
    return read.success ? read.data : fallback;
  }
  const [values, defaults] = [asRecord(stored), asRecord(fallback)];
  return mapMembers(schema.shape, (member, name) => complete(member, values[name], defaults[name]));
}

/** Makes each member optional and nullable, at any depth. */
function makeChanges(members: Members): Record<string, z.ZodType> {
  return mapMembers(members, (member) => {
    const changes =
      member instanceof z.ZodObject ? z.strictObject(makeChanges(member.shape)) : member;
    return z.nullish(changes).describe(z.globalRegistry.get(member)?.description ?? "");
  });
}

type Members = Readonly<Record<string, z.core.$ZodType>>;

function mapMembers<Made>(
  members: Members,
  make: (member: z.core.$ZodType, name: string) => Made,
): Record<string, Made> {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, make(member, name)]),
  );
}

/**
 * Applies a change to stored settings by the rules of JSON Merge Patch (RFC 7396): objects are merged, null removes a
 * property, other values replace it.
 */
export function mergeSettings(stored: StoredSettings, change: StoredSettings): StoredSettings {
  const merged: Record<string, unknown> = { ...stored };
  for (const [name, value] of Object.entries(change)) {
    const before = merged[name];
    if (value === null) delete merged[name];
    else if (isRecord(value)) merged[name] = mergeSettings(asRecord(before), value);
    else if (value !== undefined) merged[name] = value;
  }
  return merged;
}

/**
 * Normalizes a host in a list of allowed hosts to the form that URLs have: lower case, Punycode, no final dot. Returns
 * null if it is invalid.
 */
export function readHostPattern(entry: string): string | null {
  const [, wildcard = "", name = ""] = /^(\*\.)?([^\s*/?#@\\:]+)$/u.exec(entry.trim()) ?? [];
  const host = name === "" ? undefined : URL.parse(`http://${name}/`)?.hostname.replace(/\.$/, "");
  return host ? wildcard + host : null;
}

const asRecord = (value: unknown) => (isRecord(value) ? value : {});
