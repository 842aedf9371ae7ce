import { call } from "./client.ts";
import type { ConsoleSession } from "./operations.ts";

/** A proof by which a person signs in: a key, or the token of the link that `npm run dev` prints. */
export type Proof = { readonly api_key: string } | { readonly token: string };

/** Reads the session of this browser; it has no project and no operator's rights if nobody is signed in. */
export const readSession = (): Promise<ConsoleSession> => call("GET /console/session", {});

/** Signs in, or adds a project to the session. The key is sent once, and the browser keeps only a cookie. */
export const signIn = (proof: Proof): Promise<ConsoleSession> =>
  call("POST /console/session", { body: proof });

/** Signs out of all projects. */
export const signOut = (): Promise<ConsoleSession> => call("DELETE /console/session", {});
