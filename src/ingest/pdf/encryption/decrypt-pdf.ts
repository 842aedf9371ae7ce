import { Buffer } from "node:buffer";
import { createDecipheriv, createHash } from "node:crypto";

import { isArray, type PdfDict, readName } from "../syntax/parse-pdf-value.ts";
import { isStream, type PdfObjects, type PdfStream } from "../syntax/pdf-objects.ts";
import { deriveKey, deriveKey20, type Encryption } from "./derive-pdf-key.ts";
import { applyRc4 } from "./rc4.ts";

/** The decryption of the streams of a PDF file that opens without a password. */
export type PdfDecryption = {
  decrypt(stream: PdfStream, body: Uint8Array): Uint8Array;
};

/**
 * Finds the key of a PDF file that is encrypted with an empty password, like a file that only forbids printing or
 * copying. The PDF library opens such a file, so its streams have to be measured. Returns null for a file that is not
 * encrypted, "password" for a file that needs a password, and "unmeasured" for a file with contradictory trailers or an
 * encryption that is not supported.
 */
export function openEncryption(
  objects: PdfObjects,
  trailers: readonly PdfDict[],
): PdfDecryption | null | "password" | "unmeasured" {
  const encrypted = trailers.filter((trailer) => trailer.has("Encrypt"));
  if (encrypted.length === 0) return null;
  const dicts = new Set(
    encrypted.flatMap((trailer) => objects.resolveDicts(trailer.get("Encrypt"))),
  );
  const ids = new Set(trailers.flatMap((trailer) => readFileId(objects, trailer)));
  const [dict] = dicts;
  const [id = ""] = ids;
  if (!dict || dicts.size > 1 || ids.size > 1) return "unmeasured";
  const encryption = readEncryption(objects, dict, Buffer.from(id, "hex"));
  if (!encryption) return "unmeasured";
  const key = encryption.version === 5 ? deriveKey20(encryption) : deriveKey(encryption);
  if (!key) return "password";
  return { decrypt: (stream, body) => decryptBody(encryption, key, stream, body) };
}

/** Returns the first part of a file's identifier, in hexadecimal, if the trailer has one. */
function readFileId(objects: PdfObjects, trailer: PdfDict): string[] {
  return objects.resolve(trailer.get("ID")).flatMap((object) => {
    const first = !isStream(object) && isArray(object) ? objects.resolve(object[0])[0] : undefined;
    return first !== undefined ? [Buffer.from(readText(first)).toString("hex")] : [];
  });
}

const readText = (object: ReturnType<PdfObjects["resolve"]>[number] | undefined): Uint8Array =>
  typeof object === "object" && object !== null && "text" in object
    ? object.text
    : new Uint8Array();

const VERSIONS: readonly number[] = [1, 2, 4, 5];

function readEncryption(objects: PdfObjects, dict: PdfDict, fileId: Uint8Array): Encryption | null {
  const number = (key: string, from = dict) => objects.resolveNumbers(from.get(key))[0];
  const bytes = (key: string) => readText(objects.resolve(dict.get(key))[0]);
  const version = number("V") ?? 0;
  if (!VERSIONS.includes(version)) return null;
  const filter = readName(dict.get("StmF") ?? null) ?? "Identity";
  const filters = objects.resolveDicts(dict.get("CF"))[0];
  const settings = objects.resolveDicts(filters?.get(filter))[0];
  const method = version < 4 ? "V2" : (readName(settings?.get("CFM")) ?? "None");
  let keyBits = number("Length");
  if (!keyBits) {
    const ofFilter = settings ? number("Length", settings) : undefined;
    keyBits = version <= 3 ? 40 : (ofFilter ?? 128);
    if (keyBits < 40) keyBits *= 8;
  }
  return {
    version,
    revision: number("R") ?? 0,
    permissions: number("P") ?? 0,
    keyBytes: Math.floor(keyBits / 8),
    owner: bytes("O"),
    user: bytes("U"),
    userKey: bytes("UE"),
    fileId,
    encryptsMetadata: version >= 4 && objects.resolve(dict.get("EncryptMetadata"))[0] !== false,
    method,
  };
}

function decryptBody(
  { version, method }: Encryption,
  key: Uint8Array,
  { number, generation, dict }: PdfStream,
  body: Uint8Array,
): Uint8Array {
  if (method === "None" || readName(dict.get("Type")) === "XRef") return body;
  if (method === "AESV3") return decryptAes("aes-256-cbc", key, body);
  const isAes = method === "AESV2";
  const fileKey = version === 4 && key.length < 16 ? Buffer.concat([key], 16) : key;
  const salt = Buffer.from([
    number & 0xff,
    (number >> 8) & 0xff,
    (number >> 16) & 0xff,
    generation & 0xff,
    (generation >> 8) & 0xff,
  ]);
  const hash = createHash("md5").update(fileKey).update(salt);
  if (isAes) hash.update("sAlT", "latin1");
  const objectKey = hash.digest().subarray(0, Math.min(fileKey.length + 5, 16));
  return isAes ? decryptAes("aes-128-cbc", objectKey, body) : applyRc4(objectKey, body);
}

/** The first block is the initial vector. Padding stays: it follows the end of compressed data. */
function decryptAes(cipher: string, key: Uint8Array, body: Uint8Array): Uint8Array {
  const blocks = body.subarray(16, body.length - (body.length % 16));
  if (body.length < 32) return new Uint8Array();
  const decipher = createDecipheriv(cipher, key, body.subarray(0, 16));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(blocks), decipher.final()]);
}
