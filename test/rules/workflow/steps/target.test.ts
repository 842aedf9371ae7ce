import { describe, expect, it } from "vitest";

import {
  checkAddresses,
  checkTarget,
  readAllowedHost,
} from "../../../../src/workflow/steps/http-call/target.ts";

const NONE: ReadonlySet<string> = new Set();
const refusal = (url: string, allowed = NONE) => {
  const target = checkTarget(url, allowed);
  return target.ok ? null : target.error;
};

describe("checkTarget", () => {
  it.each([
    // The plain addresses of every range.
    ["http://127.0.0.1/", "loopback"],
    ["http://127.255.255.254:8080/", "loopback"],
    ["https://10.0.0.1/", "private"],
    ["https://10.255.255.255/", "private"],
    ["http://172.16.0.1/", "private"],
    ["http://172.31.255.255/", "private"],
    ["http://192.168.1.1/", "private"],
    ["http://100.64.0.1/", "carrier"],
    ["http://100.127.255.255/", "carrier"],
    ["http://169.254.0.1/", "link-local"],
    ["http://169.254.169.254/latest/meta-data/", "metadata"],
    ["http://100.100.100.200/", "metadata"],
    ["http://168.63.129.16/", "metadata"],
    ["http://192.0.0.192/", "metadata"],
    ["http://0.0.0.0/", "unspecified"],
    ["http://0.1.2.3/", "unspecified"],
    ["http://192.0.0.1/", "reserved"],
    ["http://192.0.2.1/", "examples"],
    ["http://198.51.100.7/", "examples"],
    ["http://203.0.113.7/", "examples"],
    ["http://192.88.99.1/", "6to4"],
    ["http://198.18.0.1/", "measurements"],
    ["http://198.19.255.255/", "measurements"],
    ["http://224.0.0.1/", "multicast"],
    ["http://239.255.255.255/", "multicast"],
    ["http://240.0.0.1/", "reserved"],
    ["http://255.255.255.255/", "reserved"],
    // Other notations of 127.0.0.1 and of 169.254.169.254.
    ["http://2130706433/", "loopback"],
    ["http://0x7f000001/", "loopback"],
    ["http://0x7f.0.0.1/", "loopback"],
    ["http://017700000001/", "loopback"],
    ["http://0177.0.0.1/", "loopback"],
    ["http://127.1/", "loopback"],
    ["http://127.0.1/", "loopback"],
    ["http://127.0.0.1./", "loopback"],
    ["http://①②⑦.0.0.1/", "loopback"],
    ["http://%31%32%37.0.0.1/", "loopback"],
    ["http://127。0。0。1/", "loopback"],
    ["http://2852039166/", "metadata"],
    ["http://0xa9fea9fe/", "metadata"],
    ["http://0251.0376.0251.0376/", "metadata"],
    ["http:\\\\127.0.0.1\\", "loopback"],
    ["http:127.0.0.1", "loopback"],
    ["http:////127.0.0.1/", "loopback"],
    ["http://0/", "unspecified"],
    // IPv6, and IPv4 inside it.
    ["http://[::1]/", "loopback"],
    ["http://[0:0:0:0:0:0:0:1]/", "loopback"],
    ["http://[::]/", "unspecified"],
    ["http://[::ffff:127.0.0.1]/", "IPv4-mapped"],
    ["http://[::ffff:7f00:1]/", "IPv4-mapped"],
    ["http://[::ffff:8.8.8.8]/", "IPv4-mapped"],
    ["http://[::127.0.0.1]/", "IPv4-compatible"],
    ["http://[::ffff:0:127.0.0.1]/", "IPv4-translated"],
    ["http://[64:ff9b::7f00:1]/", "NAT64"],
    ["http://[64:ff9b::169.254.169.254]/", "NAT64"],
    ["http://[64:ff9b:1::1]/", "NAT64"],
    ["http://[2002:7f00:1::]/", "6to4"],
    ["http://[2001:0:1::1]/", "Teredo"],
    ["http://[2001:10::1]/", "reserved"],
    ["http://[2001:db8::1]/", "examples"],
    ["http://[3fff::1]/", "examples"],
    ["http://[100::1]/", "reserved"],
    ["http://[fc00::1]/", "private"],
    ["http://[fd12:3456::1]/", "private"],
    ["http://[fd00:ec2::254]/", "metadata"],
    ["http://[fe80::1]/", "link-local"],
    ["http://[febf::1]/", "link-local"],
    ["http://[fec0::1]/", "site-local"],
    ["http://[ff02::1]/", "multicast"],
    ["http://[4000::1]/", "reserved"],
    ["http://[1::1]/", "reserved"],
    // Names.
    ["http://localhost/", "private network"],
    ["http://LOCALHOST:8787/", "private network"],
    ["http://localhost./", "private network"],
    ["http://app.localhost/", "private network"],
    ["http://printer.local/", "private network"],
    ["http://db.internal/", "private network"],
    ["http://nas.home.arpa/", "private network"],
    ["http://router.lan/", "private network"],
    ["http://intranet/", "private network"],
    ["http://metadata.google.internal/computeMetadata/v1/", "metadata"],
    ["http://metadata.goog./", "metadata"],
    ["http://a..example.com/", "not a host name"],
    // Addresses that no API has.
    ["https://user:password@example.com/", "password"],
    ["https://user@example.com/", "user name"],
    ["ftp://example.com/", "'ftp:'"],
    ["file:///etc/passwd", "'file:'"],
    ["data:text/plain,hi", "'data:'"],
    ["//example.com/", "not a URL"],
    ["example.com", "not a URL"],
    ["http://[fe80::1%25eth0]/", "not a URL"],
    ["http://1.2.3.4.5/", "not a URL"],
    ["http://256.0.0.1/", "not a URL"],
  ])("refuses %s, which is %s", (url, why) => {
    expect(refusal(url)).toContain(why);
  });

  it.each([
    "https://8.8.8.8/",
    "http://1.1.1.1:8080/",
    "https://172.15.255.255/",
    "https://172.32.0.1/",
    "https://100.63.255.255/",
    "https://100.128.0.1/",
    "https://126.255.255.255/",
    "https://128.0.0.1/",
    "https://169.253.255.255/",
    "https://192.0.1.1/",
    "https://198.17.255.255/",
    "https://198.20.0.1/",
    "https://223.255.255.255/",
    "https://[2606:4700:4700::1111]/",
    "https://[2001:4860:4860::8888]/",
    "https://[2001:200::1]/",
    "https://[2003::1]/",
  ])("allows %s without a look-up", (url) => {
    expect(checkTarget(url, NONE)).toMatchObject({ ok: true, value: { lookUp: null } });
  });

  it.each([
    ["https://API.Example.com:8443/v1?a=b#c", "api.example.com"],
    ["https://api.example.com./", "api.example.com"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["https://mylocal.example/", "mylocal.example"],
    ["https://127.0.0.1.example.com/", "127.0.0.1.example.com"],
  ])("asks for the addresses of %s", (url, name) => {
    expect(checkTarget(url, NONE)).toMatchObject({ ok: true, value: { lookUp: name } });
  });

  it.each([
    ["127.0.0.1:4010", "http://127.0.0.1:4010/x", true],
    ["127.0.0.1:4010", "http://2130706433:4010/x", true],
    ["127.0.0.1:4010", "http://127.0.0.1:4011/x", false],
    ["127.0.0.1:4010", "http://127.0.0.1/x", false],
    ["127.0.0.1", "http://127.0.0.1/x", true],
    ["127.0.0.1", "https://127.0.0.1/x", true],
    ["127.0.0.1", "http://127.0.0.1:4010/x", false],
    ["db.internal:443", "https://db.internal/x", true],
    ["db.internal:443", "http://db.internal/x", false],
    ["db.internal", "http://other.db.internal/x", false],
    ["[::1]:8080", "http://[::1]:8080/", true],
    ["localhost:1", "http://user@localhost:1/", false],
  ])("with %s on the allow-list, %s may be called: %s", (entry, url, isCallable) => {
    expect(checkTarget(url, new Set([entry])).ok).toBe(isCallable);
  });
});

describe("checkAddresses", () => {
  it.each([
    [["93.184.216.34"], "public"],
    [["93.184.216.34", "2606:2800:220:1::1"], "public"],
    [["93.184.216.34", "127.0.0.1"], "127.0.0.1, which is a loopback address"],
    [["2606:4700::1", "::ffff:10.0.0.1"], "an IPv4-mapped address"],
    [["fe80::1%eth0"], "not an IP address"],
    [["1:2:3:4:5:6:7"], "not an IP address"],
    [["1::2::3"], "not an IP address"],
    [["127.1"], "not an IP address"],
    [["cname.example"], "not an IP address"],
    [[], "has no address"],
  ])("judges a name with %j as %s", (addresses, why) => {
    const checked = checkAddresses("api.example.com", addresses);
    expect(checked.ok ? "public" : checked.error).toContain(why);
  });
});

describe("readAllowedHost", () => {
  it.each([
    ["API.example.com", "api.example.com"],
    ["127.0.0.1:4010", "127.0.0.1:4010"],
    ["0x7f.1:80", "127.0.0.1:80"],
    ["[::1]:8080", "[::1]:8080"],
    ["localhost", "localhost"],
    ["*.example.com", null],
    ["https://example.com", null],
    ["example.com/path", null],
    ["user@example.com", null],
    ["example.com:0", null],
    ["example.com:99999", null],
    ["", null],
  ])("keeps %s as %s", (entry, kept) => {
    expect(readAllowedHost(entry)).toBe(kept);
  });
});
