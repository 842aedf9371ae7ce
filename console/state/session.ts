import { computed, signal } from "@preact/signals";

import { ApiError, beginSession, useProject, watchSignedOut } from "../api/client.ts";
import type { ConsoleSession } from "../api/operations.ts";
import { type Proof, readSession, signIn, signOut } from "../api/session.ts";

/** The session of this browser; null until it is known. */
export const session = signal<ConsoleSession | null>(null);
/** True once the service has refused a request because the session has ended: the page stays, and asks for a key. */
export const isExpired = signal(false);
/** The error by which the session is not known, or by which a link did not sign in. */
export const sessionError = signal<unknown>(undefined);
/** The id of the project that the address names; null on the operator's screens. */
export const projectId = signal<string | null>(null);

/** True if the session opens a project or the operator's screens. */
export const isSignedIn = computed(() => {
  const known = session.value;
  return known !== null && (known.projects.length > 0 || known.operator);
});

watchSignedOut(() => {
  if (isSignedIn.value) isExpired.value = true;
});

/** The tabs of this browser share the session: each says when it has signed in or out, and the others follow. */
const tabs = new BroadcastChannel("edgewise-session");
tabs.addEventListener("message", () => void followTab().catch(() => {}));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
const tellTabs = () => tabs.postMessage(null);

async function followTab(): Promise<void> {
  const read = await readSession();
  if (read.projects.length === 0 && !read.operator) isExpired.value = isSignedIn.value;
  else {
    beginSession();
    [session.value, isExpired.value] = [read, false];
  }
}

/** The token of the link of `npm run dev` that the page was opened by, until the service has answered to it. */
let token: string | null = null;

/**
 * Reads the session, and signs in first where the address has the token of a link of `npm run dev`. The token is taken
 * out of the address and out of the browser's history before it is used.
 */
export async function openSession(): Promise<void> {
  const given = /^#sign-in=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    token = given;
    history.replaceState(null, "", location.pathname + location.search);
  }
  try {
    session.value = token === null ? await readSession() : await signIn({ token });
    [token, sessionError.value] = [null, undefined];
  } catch (error) {
    sessionError.value = error;
    if (!(error instanceof ApiError) || error.status !== 401) return;
    token = null;
    session.value = await readSession();
  }
}

/** Signs in with a key, or adds the key's project to the session. Throws an `ApiError` if the key is refused. */
export async function enter(proof: Proof): Promise<ConsoleSession> {
  const opened = await signIn(proof);
  beginSession();
  session.value = opened;
  isExpired.value = false;
  sessionError.value = undefined;
  tellTabs();
  return opened;
}

/** Waits until somebody has signed in again, if the session has ended. */
export const untilSignedIn = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = isExpired.subscribe((expired) => {
      if (expired) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });

/** Signs out of all projects. */
export async function leave(): Promise<void> {
  session.value = await signOut();
  isExpired.value = false;
  tellTabs();
}

/** Sets the project of the screen, to which all later requests belong. */
export function enterProject(id: string | null): void {
  projectId.value = id;
  useProject(id);
}
