import { ApiError, consoleHeaders, toApiError, unreachable } from "./client.ts";
import type { UploadedFile } from "./operations.ts";

/**
 * Options of an upload: the function that hears of progress, from 0 to 1, the signal that ends it, and headers that the
 * request has besides.
 */
export type UploadOptions = {
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Uploads a file. It uses XMLHttpRequest, since `fetch` reports no progress of what it sends. An upload that breaks off
 * before its end has stored nothing; one whose answer is lost may be repeated under its idempotency key.
 */
export function uploadFile(
  file: File,
  { onProgress, signal, headers }: UploadOptions,
): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("purpose", "assistants");
    form.append("file", file, file.name);
    request.open("POST", "/v1/files");
    for (const [name, value] of Object.entries({ ...consoleHeaders(), ...headers })) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(toApiError(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("abort", () =>
      reject(new ApiError(0, "aborted", "The upload was stopped.")),
    );
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
