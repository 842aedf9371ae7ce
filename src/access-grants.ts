import { z } from "zod";

import type { ProjectId } from "./ids.ts";

/** A person as Cloudflare Access has identified them. */
export type AccessIdentity = { readonly email: string; readonly groups: readonly string[] };

/** The rights of a person in the console. */
export type AccessRights = {
  readonly projects: readonly ProjectId[];
  readonly isOperator: boolean;
};

const Right = z.union([z.literal("operator"), z.templateLiteral(["proj_", z.string().min(1)])]);

const NAME = /^(?:group:.+|[^@\s:]*@[^@\s]+)$/;

/**
 * The setting `ACCESS_PROJECTS`: the ids of projects, or `operator`, by person. A person is an e-mail address, `@` and a
 * domain for all addresses of that domain, or `group:` and the name of a group.
 */
export const AccessGrants = z
  .record(z.string(), z.array(Right))
  .refine((grants) => Object.keys(grants).every((name) => NAME.test(name)), {
    error: "each name is an e-mail address, @ and a domain, or group: and a name",
  });
/** The rights that an operator gives to people who sign in through Cloudflare Access. */
export type AccessGrants = z.infer<typeof AccessGrants>;

/** Collects the rights of a person: those of the address, of its domain, and of every group. */
export function collectRights(grants: AccessGrants, identity: AccessIdentity): AccessRights {
  const email = identity.email.toLowerCase();
  const addresses = new Set([email, email.slice(email.lastIndexOf("@"))]);
  const groups = new Set(identity.groups);
  const rights = Object.entries(grants).flatMap(([name, given]) => {
    const group = /^group:(.+)$/.exec(name)?.[1];
    const isOwn = group === undefined ? addresses.has(name.toLowerCase()) : groups.has(group);
    return isOwn ? given : [];
  });
  const projects = rights.filter((right) => right !== "operator");
  return { projects: [...new Set(projects)], isOperator: rights.includes("operator") };
}
