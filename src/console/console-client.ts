import type { AccessRights } from "../access-grants.ts";
import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";

/** A project that is open to requests: its name and its scope. */
type OpenProject = { readonly name: string; readonly scope: Scope };
/** The keys of a local service, which the link that `npm run dev` prints gives to the console. */
export type LocalKeys = { readonly apiKey: string; readonly adminKey: string };

/** The dependencies of the console's sessions. */
export type SessionDeps = {
  /** Encrypts a session. Throws if `canSeal` is false. */
  seal(text: string): Promise<string>;
  /** Decrypts a session; null if it was not encrypted by this deployment. */
  unseal(sealed: string): Promise<string | null>;
  /** False if the deployment has no `SECRETS_KEY`, so that nobody can sign in with a key. */
  readonly canSeal: boolean;
  /** Finds an active key by its SHA-256. The result may come from a cache that is up to 30 s old. */
  findKey(sha256: string): Promise<{ apiKeyId: ApiKeyId; scope: Scope } | null>;
  /** Finds an active project. The result may come from a cache that is up to 30 s old. */
  findProject(id: string): Promise<OpenProject | null>;
  readonly adminKey: string | null;
  /** Checks the token of Cloudflare Access; null where it is invalid, or where the deployment does not use Access. */
  readRights(token: string): Promise<AccessRights | null>;
  /** Exchanges a one-time token of `npm run dev`; null if it is unknown, used or expired, and in every deployment. */
  redeem(token: string): Promise<LocalKeys | null>;
};
