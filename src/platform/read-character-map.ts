/**
 * Reads a predefined character map (CMap) of PDF.js from the static files, where `npm run build` puts them. Throws if it
 * is not there.
 */
export async function readCharacterMap(env: Env, filename: string): Promise<Uint8Array> {
  const path = `/pdfjs/cmaps/${encodeURIComponent(filename)}`;
  const response = await env.ASSETS.fetch(new Request(new URL(path, "https://assets.local")));
  if (!response.ok) {
    throw new Error(`The static file ${path} cannot be read: status ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
