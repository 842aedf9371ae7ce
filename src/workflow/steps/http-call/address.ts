/**
 * The addresses that a step may call. Pure: no DNS, no sockets. Only known public addresses are allowed, so an
 * address range that is defined in the future is closed until it is added.
 */

/**
 * Explains why an `http@1` step must not call an IP address, as a text that follows "which is "; null for a public
 * address.
 */
export function whyNotPublic(address: string): string | null {
  const four = parseIpv4(address);
  if (four !== null) return why(FOUR, (range) => four >>> (32 - range.bits) === range.prefix);
  const six = parseIpv6(address);
  if (six === null) return "not an IP address";
  const special = why(SIX, (range) => six >> (128n - BigInt(range.bits)) === range.prefix);
  if (special !== null) return special;
  // Only this eighth of the address space is assigned for use on the internet.
  return six >> 125n === 1n ? null : "a reserved address";
}

/**
 * Parses an IPv4 address in dotted decimal to its 32-bit number; null for any other text. The URL parser converts all
 * other notations to this one.
 */
export function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return parts.reduce((whole, part) => whole * 256 + part, 0);
}

/** Parses every notation of RFC 4291, including a dotted tail. Null for other texts, including a zone (`%eth0`). */
function parseIpv6(text: string): bigint | null {
  const tail = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text);
  if (tail) {
    const four = parseIpv4(tail[2] ?? "");
    if (four === null) return null;
    const groups = `${(four >>> 16).toString(16)}:${(four & 0xffff).toString(16)}`;
    return parseIpv6(`${tail[1]}${groups}`);
  }
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = [], rest = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...rest];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((whole, group) => whole * 65_536n + BigInt(`0x${group}`), 0n);
}

type Range<Prefix> = { readonly prefix: Prefix; readonly bits: number; readonly what: string };

function why<Prefix>(
  ranges: readonly Range<Prefix>[],
  holds: (range: Range<Prefix>) => boolean,
): string | null {
  return ranges.find(holds)?.what ?? null;
}

/** IANA's special-purpose IPv4 addresses, and the metadata addresses of clouds. */
const FOUR: readonly Range<number>[] = [
  range4("169.254.169.254", 32, "a metadata service"),
  range4("168.63.129.16", 32, "a metadata service"),
  range4("100.100.100.200", 32, "a metadata service"),
  range4("192.0.0.192", 32, "a metadata service"),
  range4("0.0.0.0", 8, "an unspecified address"),
  range4("10.0.0.0", 8, "a private address"),
  range4("100.64.0.0", 10, "a carrier's private address"),
  range4("127.0.0.0", 8, "a loopback address"),
  range4("169.254.0.0", 16, "a link-local address"),
  range4("172.16.0.0", 12, "a private address"),
  range4("192.0.0.0", 24, "a reserved address"),
  range4("192.0.2.0", 24, "an address for examples"),
  range4("192.88.99.0", 24, "a 6to4 relay"),
  range4("192.168.0.0", 16, "a private address"),
  range4("198.18.0.0", 15, "an address for measurements"),
  range4("198.51.100.0", 24, "an address for examples"),
  range4("203.0.113.0", 24, "an address for examples"),
  range4("224.0.0.0", 4, "a multicast address"),
  range4("240.0.0.0", 4, "a reserved address"),
];

/**
 * IANA's special-purpose IPv6 addresses. An address that contains an IPv4 address is always refused: its only use
 * is to hide it.
 */
const SIX: readonly Range<bigint>[] = [
  range6("fd00:ec2::254", 128, "a metadata service"),
  range6("fd20:ce::254", 128, "a metadata service"),
  range6("::1", 128, "a loopback address"),
  range6("::", 128, "an unspecified address"),
  range6("::ffff:0:0", 96, "an IPv4-mapped address"),
  range6("::ffff:0:0:0", 96, "an IPv4-translated address"),
  range6("::", 96, "an IPv4-compatible address"),
  range6("64:ff9b::", 96, "a NAT64 address"),
  range6("64:ff9b:1::", 48, "a NAT64 address"),
  range6("2001::", 32, "a Teredo address"),
  range6("2001::", 23, "a reserved address"),
  range6("2001:db8::", 32, "an address for examples"),
  range6("2002::", 16, "a 6to4 address"),
  range6("3fff::", 20, "an address for examples"),
  range6("fc00::", 7, "a private address"),
  range6("fe80::", 10, "a link-local address"),
  range6("fec0::", 10, "a site-local address"),
  range6("ff00::", 8, "a multicast address"),
];

function range4(address: string, bits: number, what: string): Range<number> {
  return { prefix: (parseIpv4(address) ?? 0) >>> (32 - bits), bits, what };
}

function range6(address: string, bits: number, what: string): Range<bigint> {
  return { prefix: (parseIpv6(address) ?? 0n) >> (128n - BigInt(bits)), bits, what };
}
