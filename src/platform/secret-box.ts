import type { SecretKeys } from "../env.ts";

/**
 * Encrypts the values of secrets. Each value is bound to its place (the project and the name of the secret), and can
 * only be decrypted for the same place.
 */
export interface SecretBox {
  seal(place: SecretPlace, text: string): Promise<string>;
  /** Decrypts a text. Returns null if it was encrypted with other keys or for another place. */
  open(place: SecretPlace, sealed: string): Promise<Opened | null>;
}

/** The project and the name of a secret. */
type SecretPlace = { readonly projectId: string; readonly name: string };
/** A decrypted text. `isOutdated`: it was encrypted with the previous key. */
type Opened = { readonly text: string; readonly isOutdated: boolean };

/**
 * Makes a `SecretBox` that encrypts with the current key of the deployment, and decrypts with the current or the
 * previous one.
 */
export function secretBox({ current, previous }: SecretKeys): SecretBox {
  const box = boxOf(current);
  const older = previous === null ? null : boxOf(previous);
  return {
    seal: (place, text) => box.seal(place, text),
    async open(place, sealed) {
      const text = await box.open(place, sealed);
      if (text !== null) return { text, isOutdated: false };
      const outdated = (await older?.open(place, sealed)) ?? null;
      return outdated === null ? null : { text: outdated, isOutdated: true };
    },
  };
}

/**
 * Makes a box of one key: AES-GCM with a key that HKDF derives from `masterKey`, a secret of the deployment. The place
 * is authenticated with the text, so an encrypted value that is copied to another project or name cannot be decrypted
 * there.
 */
function boxOf(masterKey: string) {
  const key = derive(masterKey);
  return {
    async seal(place: SecretPlace, text: string): Promise<string> {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const encrypted = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: encodePlace(place) },
        await key,
        new TextEncoder().encode(text),
      );
      return `${VERSION}.${base64(iv)}.${base64(new Uint8Array(encrypted))}`;
    },
    async open(place: SecretPlace, sealed: string): Promise<string | null> {
      const [version, iv = "", encrypted = ""] = sealed.split(".");
      if (version !== VERSION) return null;
      try {
        const text = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv: bytes(iv), additionalData: encodePlace(place) },
          await key,
          bytes(encrypted),
        );
        return new TextDecoder().decode(text);
      } catch {
        // WebCrypto does not distinguish another key, another place and a changed text.
        return null;
      }
    },
  };
}

const VERSION = "1";
const IV_BYTES = 12;
const PURPOSE = "edgewise/project-secret/1";

async function derive(masterKey: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(masterKey), "HKDF", false, [
    "deriveKey",
  ]);
  return await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(PURPOSE) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** Encodes a place without ambiguity: neither project ids nor names of secrets contain a line break. */
const encodePlace = ({ projectId, name }: SecretPlace) => utf8(`${projectId}\n${name}`);
const utf8 = (text: string) => new TextEncoder().encode(text);
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));
const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
