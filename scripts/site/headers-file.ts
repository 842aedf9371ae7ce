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
 * The policy of the console: its own scripts and host alone, and no HTML made of text, which Trusted Types refuse. The
 * one policy that makes addresses of scripts, `edgewise`, starts the worker of pdf.js.
 */
export const CONSOLE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types edgewise",
].join("; ");

/**
 * Makes the content of Cloudflare's `_headers` file for the static files. If several rules match a path, the platform
 * joins their headers, so no header may be in two rules that match the same path.
 */
export function headersFile(): string {
  return `/*
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
/docs
  Content-Security-Policy: ${DOCS_POLICY}
/console/
  Content-Security-Policy: ${CONSOLE_POLICY}
/console/assets/*
  Cache-Control: public, max-age=31536000, immutable
/assets/*
  Cache-Control: public, max-age=31536000, immutable
`;
}
