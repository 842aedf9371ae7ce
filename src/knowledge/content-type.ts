/** Returns the charset of a content type such as `text/plain; charset=windows-1252`, in small letters; null without one. */
export function readCharset(contentType: string): string | null {
  const [, quoted, bare] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const charset = (quoted ?? bare ?? "").trim().toLowerCase();
  return charset === "" ? null : charset;
}
