const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const EVERY_ADDRESS = /^(?:0\.0\.0\.0|\[::\])$/;

/**
 * Formats the link to the console that signs in: its token is in the fragment, which browsers send to nobody. Null if the
 * service listens on no address on which browsers keep the cookie of a session without https.
 */
export function signInLink(url: string, token: string): string | null {
  const { hostname, port } = new URL(url);
  const host = EVERY_ADDRESS.test(hostname) ? "localhost" : hostname;
  return LOOPBACK.test(host) ? `http://${host}:${port}/console/#sign-in=${token}` : null;
}
