import { signal } from "@preact/signals";

import { consoleHeaders, isAway, open } from "../api/client.ts";
import { newRequestKey } from "../api/request-key.ts";
import { uploadFile } from "../api/upload.ts";
import { pauseAfter } from "./recovery.ts";
import { isExpired, untilSignedIn } from "./session.ts";

/** An upload that this page has begun: it goes on while other screens are shown. */
export type Upload = {
  readonly key: number;
  readonly file: File;
  /** The path in the folder that was dropped, or the file's name. */
  readonly path: string;
  readonly storeId: string;
  /**
   * The headers with which it is sent: of the project in which it was begun, whichever is shown meanwhile, and the name
   * under which the service takes the file once, however often it is sent.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly share: number;
  /** `broken` if the service was away: it is sent again by itself. */
  readonly state: "waiting" | "sending" | "attaching" | "done" | "broken" | "failed" | "stopped";
  /** How often it was sent again by itself. */
  readonly tries: number;
  readonly error: Error | null;
};

/** A file with its path in the folder that was dropped. */
export type DroppedFile = { readonly file: File; readonly path: string };

/** Maximum number of uploads at the same time. */
const AT_ONCE = 3;
/** How often an upload is sent again by itself while the service is away: for some minutes. */
const TRIES_MAX = 8;

/** All uploads of this page, the newest first. */
export const uploads = signal<readonly Upload[]>([]);

const controllers = new Map<number, AbortController>();
let keys = 0;

addEventListener("beforeunload", (event) => {
  if (uploads.value.some(isOpen)) event.preventDefault();
});
// What broke off while the browser was offline is sent again at once.
addEventListener("online", () => {
  for (const { key, state } of uploads.value) if (state === "broken") sendAgain(key, 0);
});

/** Tests whether an upload has not ended yet. */
export const isOpen = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending" || state === "attaching" || state === "broken";

/** Uploads files and attaches them to a vector store, a few at a time. */
export function addUploads(files: readonly DroppedFile[], storeId: string): void {
  const added = files.map(({ file, path }): Upload => {
    keys += 1;
    const headers = { ...consoleHeaders(), "idempotency-key": newRequestKey() };
    const start = { share: 0, state: "waiting", tries: 0, error: null } as const;
    return { key: keys, file, path, storeId, headers, ...start };
  });
  uploads.value = [...added, ...uploads.value];
  startNext();
}

/** Sends an upload again that failed or was stopped. If the service has the file all the same, it gets no second one. */
export function retryUpload({ key }: Upload): void {
  sendAgain(key, 0);
}

function sendAgain(key: number, tries: number): void {
  change(key, { state: "waiting", share: 0, tries, error: null });
  startNext();
}

/** Stops an upload. */
export function stopUpload({ key }: Upload): void {
  controllers.get(key)?.abort();
  change(key, { state: "stopped", error: null });
  startNext();
}

/** Takes the uploads that have ended out of the list. */
export function clearUploads(): void {
  uploads.value = uploads.value.filter(isOpen);
}

function startNext(): void {
  const busy = uploads.value.filter(({ state }) => state === "sending" || state === "attaching");
  const waiting = uploads.value.filter(({ state }) => state === "waiting");
  for (const upload of waiting.slice(0, AT_ONCE - busy.length)) void run(upload);
}

async function run(upload: Upload): Promise<void> {
  const { key, file, storeId, headers } = upload;
  const controller = new AbortController();
  controllers.set(key, controller);
  change(key, { state: "sending" });
  try {
    const onProgress = (share: number) => change(key, { share });
    const { signal: stopped } = controller;
    const stored = await uploadFile(file, { onProgress, signal: stopped, headers });
    change(key, { state: "attaching", share: 1 });
    const path = { vector_store_id: storeId };
    const body = { file_id: stored.id };
    const attach = "POST /v1/vector_stores/{vector_store_id}/files";
    await open(attach, { path, body, signal: stopped }, headers);
    change(key, { state: "done" });
  } catch (error) {
    if (!controller.signal.aborted) breakOff(upload, toError(error));
  }
  controllers.delete(key);
  startNext();
}

const toError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The file is still here: it is sent again once the service is back, and once somebody has signed in. */
function breakOff({ key, tries }: Upload, error: Error): void {
  const isBroken = isAway(error) && tries < TRIES_MAX;
  const state = isBroken ? "broken" : "failed";
  change(key, { state, error });
  const again = (next: number) => {
    const isSame = (one: Upload) => one.key === key && one.state === state && one.tries === tries;
    if (uploads.value.some(isSame)) sendAgain(key, next);
  };
  if (isExpired.value) void untilSignedIn().then(() => again(0));
  // An offline browser says itself when it is online again.
  else if (isBroken && navigator.onLine) setTimeout(() => again(tries + 1), pauseAfter(tries));
}

function change(key: number, values: Partial<Upload>): void {
  uploads.value = uploads.value.map((one) => (one.key === key ? { ...one, ...values } : one));
}
