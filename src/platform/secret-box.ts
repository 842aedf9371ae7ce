/** Encrypts texts so that each opens only in its own place. */
export interface SecretBox {
  seal(place: SecretPlace, text: string): Promise<string>;
  /** Null when it was not sealed under this key for this place. */
  open(place: SecretPlace, sealed: string): Promise<string | null>;
}

export type SecretPlace = { readonly projectId: string; readonly name: string };

/**
 * AES-GCM under a key that HKDF derives from a secret of the deployment. The place is authenticated with the text, so that
 * a row which is copied to another project or name does not open there.
 */
export function secretBox(masterKey: string): SecretBox {
  const key = derive(masterKey);
  return {
    async seal(place, text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const encrypted = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: labelOf(place) },
        await key,
        new TextEncoder().encode(text),
      );
      return `${VERSION}.${base64(iv)}.${base64(new Uint8Array(encrypted))}`;
    },
    async open(place, sealed) {
      const [version, iv = "", encrypted = ""] = sealed.split(".");
      if (version !== VERSION) return null;
      try {
        const text = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv: bytes(iv), additionalData: labelOf(place) },
          await key,
          bytes(encrypted),
        );
        return new TextDecoder().decode(text);
      } catch {
        // That is all WebCrypto tells: another key, another place, or a changed text.
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

/** Neither ids nor names of secrets have a line break. */
const labelOf = ({ projectId, name }: SecretPlace) => utf8(`${projectId}\n${name}`);
const utf8 = (text: string) => new TextEncoder().encode(text);
const base64 = (data: Uint8Array) => btoa(String.fromCharCode(...data));
const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
