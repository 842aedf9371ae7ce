/**
 * The policy of the page of `GET /docs`: only its own scripts and its own host. The viewer has icons as `data:` images.
 */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Makes the content of Cloudflare's `_headers` file for the static files. Rules that match the same path are joined by
 * the platform, so no header may be in two of them.
 */
export function headersFile(): string {
  return `/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
/docs
  Content-Security-Policy: ${DOCS_POLICY}
/assets/*
  Cache-Control: public, max-age=31536000, immutable
`;
}
