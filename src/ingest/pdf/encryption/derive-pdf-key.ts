import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

import { applyRc4 } from "./rc4.ts";

/** The entries of a PDF file's encryption dictionary. Members without a comment are named as in the PDF standard. */
export type Encryption = {
  readonly version: number;
  readonly revision: number;
  readonly permissions: number;
  readonly keyBytes: number;
  /** The hash of the owner's password; `user` is that of the user's password. */
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  /** The file's key, encrypted with the user's password (version 5 only). */
  readonly userKey: Uint8Array;
  readonly fileId: Uint8Array;
  readonly encryptsMetadata: boolean;
  /** The method for streams: RC4 ("V2"), AES with 128 ("AESV2") or 256 bits ("AESV3"), or "None". */
  readonly method: string;
};

/** Takes the place of an empty password. */
const PADDING = Buffer.from(
  "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a",
  "hex",
);

const md5 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * Derives the key of an encrypted PDF file (encryption versions 1 to 4) from an empty password (ISO 32000-1, algorithms
 * 2, 4 and 5). Returns null if the password is not empty.
 */
export function deriveKey(encryption: Encryption): Uint8Array | null {
  const { revision, permissions, keyBytes, owner, user, fileId } = encryption;
  const flags = Buffer.alloc(4);
  flags.writeInt32LE(permissions | 0);
  const parts = [PADDING, owner.subarray(0, 32), flags, fileId];
  if (revision >= 4 && !encryption.encryptsMetadata) parts.push(Buffer.alloc(4, 0xff));
  let hash = md5(...parts);
  if (revision >= 3) {
    for (let round = 0; round < 50; round++) hash = md5(hash.subarray(0, keyBytes));
  }
  const key = hash.subarray(0, keyBytes);
  const check = revision >= 3 ? encryptCheck(key, fileId) : applyRc4(key, PADDING);
  return check.every((byte, index) => user[index] === byte) ? key : null;
}

function encryptCheck(key: Uint8Array, fileId: Uint8Array): Uint8Array {
  let check: Uint8Array = md5(PADDING, fileId);
  for (let round = 0; round < 20; round++) {
    check = applyRc4(
      key.map((byte) => byte ^ round),
      check,
    );
  }
  return check;
}

/**
 * Derives the key of an encrypted PDF file (encryption version 5) from an empty password (ISO 32000-2, algorithm 2.A).
 * Returns null if the password is not empty.
 */
export function deriveKey20({ revision, user, userKey }: Encryption): Uint8Array | null {
  const hash = revision === 6 ? hash20 : (salt: Uint8Array) => sha(256, salt);
  const check = hash(user.subarray(32, 40));
  if (!check.every((byte, index) => user[index] === byte)) return null;
  const decipher = createDecipheriv("aes-256-cbc", hash(user.subarray(40, 48)), Buffer.alloc(16));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(userKey.subarray(0, 32)), decipher.final()]);
}

const sha = (bits: number, data: Uint8Array) => createHash(`sha${bits}`).update(data).digest();
const HASHES = [256, 384, 512] as const;

/**
 * Computes the hash of an empty password with a salt, for PDF encryption version 5, revision 6 (ISO 32000-2, algorithm
 * 2.B).
 */
export function hash20(salt: Uint8Array): Uint8Array {
  let key = sha(256, salt);
  let last = 0;
  for (let round = 0; round < 64 || last > round - 32; round++) {
    const repeated = Buffer.concat(Array.from({ length: 64 }, () => key));
    const cipher = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16, 32));
    cipher.setAutoPadding(false);
    const encrypted = Buffer.concat([cipher.update(repeated), cipher.final()]);
    let sum = 0;
    for (const byte of encrypted.subarray(0, 16)) sum += byte;
    key = sha(HASHES[sum % HASHES.length] ?? 256, encrypted);
    last = encrypted.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}
