import { env } from "cloudflare:workers";
import { afterEach, describe, it } from "vitest";

import { type FileId, firstFileId, newId } from "../../../src/ids.ts";
import { ADD_SECONDS, sweepUploads, UPLOAD_SECONDS } from "../../../src/knowledge/file-upload.ts";
import { bytesKey } from "../../../src/knowledge/scope.ts";
import { sweepObjects } from "../../../src/knowledge/sweep-objects.ts";
import { FileCatalog } from "../../../src/platform/databases/file-catalog.ts";
import { UploadCatalog } from "../../../src/platform/databases/upload-catalog.ts";
import { sweepObjectsDeps, sweepUploadsDeps } from "../../../src/wiring/sweep-deps.ts";
import {
  restoreDependencies,
  type Dependency,
  type Fault,
  withFastTimers,
  breakDependency,
} from "../away.ts";
import { createProject, fetchWorker, type TestProject } from "../project.ts";

afterEach(restoreDependencies);

const FILE_HEAD = [
  '--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n',
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n',
].join("");

/** Sends a body that begins, and never ends. */
function sendWithoutEnd(project: TestProject, path: string, type: string, begin: string) {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(begin)),
  });
  const headers = { "content-type": type };
  return withFastTimers(() => project.fetch(path, { method: "POST", headers, body }));
}

const stalledUpload = (project: TestProject, text = "abc") =>
  sendWithoutEnd(project, "/files", "multipart/form-data; boundary=x", FILE_HEAD + text);

const MB = 1024 * 1024;
const SMALL = new Uint8Array(1_000).fill(65);
/** Of two parts. */
const LARGE = new Uint8Array(8 * MB + 1).fill(65);

function post(project: TestProject, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const body = new FormData();
  body.append("purpose", "assistants");
  body.append("file", new File([bytes], "a.txt"));
  return project.fetch("/files", { method: "POST", body });
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** Reads the rest of a project's uploads: files, objects in R2, and records. */
async function leftOf({ scope, client }: TestProject) {
  const { objects } = await env.FILES.list({ prefix: `${scope.projectId}/` });
  const records = await env.CATALOG.prepare("SELECT multipart_id AS id FROM file_upload").all<{
    id: string | null;
  }>();
  const files = (await client.files.list()).data.length;
  return { files, objects: objects.length, records: records.results };
}

async function sweep(seconds: number) {
  const now = nowSeconds() + seconds;
  await sweepUploads(sweepUploadsDeps(env), now);
  await sweepObjects(sweepObjectsDeps(env), now);
}

/** Uploads while a dependency is away, then when it is back, and says what was answered and what is left. */
async function uploadWithout(
  dependency: Dependency,
  fault: Fault,
  { first, bytes }: { readonly first: number; readonly bytes: Uint8Array<ArrayBuffer> },
) {
  const project = await createProject();
  const calls = await breakDependency(dependency, fault, first);
  const { response, seconds } = await withFastTimers(() => post(project, bytes));
  const health = await fetchWorker("https://edgewise.test/health");
  const { count } = calls;
  restoreDependencies();
  const body: { error?: { code: string } } = await response.json();
  await sweep(UPLOAD_SECONDS + 1);
  return {
    isOver: count < first,
    status: response.status,
    code: body.error?.code ?? null,
    retryAfter: response.headers.get("retry-after"),
    isInTime: seconds <= 30,
    health: health.status,
    left: await leftOf(project),
    again: (await post(project, SMALL)).status,
  };
}

const AWAY = { status: 503, code: "service_unavailable", retryAfter: "1" };
const NO_ROOM = { status: 507, code: "storage_full", retryAfter: null };
const NOTHING = { files: 0, objects: 0, records: [] };
const CASES: readonly (readonly [Dependency, Fault, object])[] = [
  ["database", "silent", AWAY],
  ["database", "refused", AWAY],
  ["database", "room", NO_ROOM],
  ["bucket", "silent", AWAY],
  ["bucket", "refused", AWAY],
  ["bucket", "room", NO_ROOM],
];

describe("an upload without a dependency", () => {
  it.for(CASES)(
    "ends with an error within 30 s and leaves nothing: %s, %s",
    { timeout: 60_000 },
    async ([dependency, fault, answer], { expect }) => {
      for (const bytes of [SMALL, LARGE]) {
        for (let first = 1; ; first++) {
          const outcome = await uploadWithout(dependency, fault, { first, bytes });
          if (outcome.isOver) {
            expect(first, "calls of an upload").toBeGreaterThan(bytes === SMALL ? 1 : 3);
            break;
          }
          const expected = { ...answer, isInTime: true, health: 200, left: NOTHING, again: 200 };
          expect({ first, ...outcome }).toMatchObject(expected);
        }
      }
    },
  );

  it.for<Dependency>(["database", "bucket"])(
    "is whole or leaves nothing when an answer of the %s is lost",
    async (dependency, { expect }) => {
      for (const bytes of [SMALL, LARGE]) {
        for (let first = 1; ; first++) {
          const outcome = await uploadWithout(dependency, "lost", { first, bytes });
          if (outcome.isOver) break;
          const isAdded = outcome.status === 200;
          const left = isAdded ? { files: 1, objects: 1, records: [] } : NOTHING;
          expect({ first, ...outcome }).toMatchObject({ isInTime: true, left, again: 200 });
        }
      }
    },
  );
});

describe("a client that stops in the middle of a body", () => {
  it("is refused within 30 s, and leaves nothing of a file", async ({ expect }) => {
    const project = await createProject();
    const { response, seconds } = await stalledUpload(project);

    expect(seconds).toBeLessThan(30);
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({
      error: {
        code: "request_timeout",
        message: "Nothing of the body arrived for 15 seconds. Send the request again.",
      },
    });
    expect(await leftOf(project)).toEqual(NOTHING);
  });

  it("is refused within 30 s with JSON, too", async ({ expect }) => {
    const project = await createProject();
    const type = "application/json";
    const { response, seconds } = await sendWithoutEnd(project, "/vector_stores", type, "{");

    expect([response.status, seconds < 30]).toEqual([408, true]);
  });

  it("hears of a failure within 30 s", async ({ expect }) => {
    const project = await createProject();
    expect((await project.fetch("/models")).status).toBe(200);
    await breakDependency("database", "refused", 1);
    const { response, seconds } = await stalledUpload(project, "x".repeat(9 * MB));

    expect([response.status, seconds < 30]).toEqual([503, true]);
  });
});

const NEW_FILE = {
  filename: "a.txt",
  purpose: "assistants",
  bytes: 1,
  sha256: "",
  expiresAt: null,
} as const;

describe("an upload whose process ended", () => {
  it("is swept once it can no longer become a file, and not before", async ({ expect }) => {
    const project = await createProject();
    const { projectId } = project.scope;
    const uploads = new UploadCatalog(env.CATALOG);
    const [small, large] = [newId("file-"), newId("file-")];
    const expiresAt = nowSeconds() + UPLOAD_SECONDS;
    const parts = await env.FILES.createMultipartUpload(bytesKey(projectId, large));
    await env.FILES.put(bytesKey(projectId, small), SMALL);
    await uploads.begin({ fileId: large, projectId, multipartId: parts.uploadId, expiresAt });
    await parts.uploadPart(1, LARGE.subarray(0, 8 * MB));

    expect(UPLOAD_SECONDS + 6 * 3_600).toBeLessThan(24 * 3_600);
    await sweep(UPLOAD_SECONDS - 60);
    expect(await leftOf(project)).toMatchObject({ objects: 1, records: [{}] });
    await sweep(UPLOAD_SECONDS);
    expect(await leftOf(project)).toMatchObject({ objects: 1, records: [] });
    // The objects of the project were checked an hour and 59 minutes after the upload, and are again after six hours.
    await sweep(UPLOAD_SECONDS + 6 * 3_600);
    expect(await leftOf(project)).toEqual(NOTHING);
    await expect(parts.uploadPart(2, SMALL)).rejects.toThrow("10024");
    // Repeated, as after a sweep that was interrupted before it forgot the upload.
    await uploads.begin({ fileId: large, projectId, multipartId: parts.uploadId, expiresAt });
    await sweep(UPLOAD_SECONDS);
    expect(await leftOf(project)).toEqual(NOTHING);
  });

  it("does not keep the others when one cannot be erased", async ({ expect }) => {
    const project = await createProject();
    const { projectId } = project.scope;
    const expiresAt = nowSeconds() + UPLOAD_SECONDS;
    for (const fileId of [newId("file-"), newId("file-")]) {
      await new UploadCatalog(env.CATALOG).begin({
        fileId,
        projectId,
        multipartId: null,
        expiresAt,
      });
      await env.FILES.put(bytesKey(projectId, fileId), SMALL);
    }
    await breakDependency("bucket", "lost", 1);
    await sweep(UPLOAD_SECONDS + 1);
    expect(await leftOf(project)).toMatchObject({ objects: 0, records: [{}] });
    await sweep(UPLOAD_SECONDS + 1);
    expect(await leftOf(project)).toEqual(NOTHING);
  });

  it("cannot become a file any more", async ({ expect }) => {
    const { scope } = await createProject();
    const { projectId } = scope;
    const now = nowSeconds();
    const add = async (id: FileId) =>
      await new FileCatalog(env.CATALOG).add({ ...NEW_FILE, id, projectId, createdAt: now }, [0]);
    const uploads = new UploadCatalog(env.CATALOG);
    const [kept, given] = [newId("file-"), newId("file-")];
    const old = firstFileId((now - ADD_SECONDS) * 1_000);
    const expected = { fileId: given, multipartId: null, expiresAt: now };
    expect(await uploads.giveUp(projectId, given, now)).toMatchObject(expected);

    expect(await add(given)).toBe(null);
    expect(await add(old)).toBe(null);
    expect(await add(kept)).toMatchObject({ id: kept });
    expect(await uploads.giveUp(projectId, kept, now)).toBe(null);
    await expect(add(kept)).rejects.toThrow("UNIQUE");
    const shard = env.CATALOG.prepare("SELECT sum(bytes) AS bytes FROM corpus_shard");
    const before = await shard.first("bytes");
    await expect(add(kept)).rejects.toThrow("UNIQUE");
    expect(await shard.first("bytes")).toBe(before);
  });
});
