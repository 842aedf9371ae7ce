import { describe, it } from "vitest";

import {
  isBoundTo,
  readBoundHost,
} from "../../../../../src/workflow/steps/http-call/secrets/bound-hosts.ts";

describe("readBoundHost", () => {
  it.for<[string, string | null]>([
    ["API.example.com", "api.example.com"],
    ["api.example.com:8443", "api.example.com:8443"],
    ["*.Example.com", "*.example.com"],
    [" *.example.com:443 ", "*.example.com:443"],
    ["*.bücher.example", "*.xn--bcher-kva.example"],
    ["[::1]:80", "[::1]:80"],
    ["10.0.0.7", "10.0.0.7"],
    ["*", null],
    ["*.", null],
    ["*.*.example.com", null],
    ["a.*.example.com", null],
    ["*.10.0.0.7", null],
    ["*.10.0.0.7:80", null],
    ["*.[::1]", null],
    ["https://a.example", null],
    ["a.example/path", null],
    ["user@a.example", null],
    ["", null],
  ])("reads '%s' as %s", ([entry, host], { expect }) => {
    expect(readBoundHost(entry)).toBe(host);
  });
});

describe("isBoundTo", () => {
  it.for<[string, string, boolean]>([
    ["a.example", "https://a.example/x", true],
    ["a.example", "http://a.example", true],
    ["a.example", "https://A.EXAMPLE", true],
    ["a.example", "https://a.example:8443", false],
    ["a.example:8443", "https://a.example:8443", true],
    ["a.example:443", "https://a.example", true],
    ["a.example:443", "http://a.example", false],
    ["a.example", "https://b.a.example", false],
    ["a.example", "https://a.example.evil.example", false],
    ["a.example", "https://evila.example", false],
    ["*.a.example", "https://b.a.example", true],
    ["*.a.example", "https://c.b.a.example", true],
    ["*.a.example", "https://a.example", false],
    ["*.a.example", "https://evila.example", false],
    ["*.a.example", "https://b.a.example.evil.example", false],
    ["*.a.example", "https://b.a.example:8443", false],
    ["*.a.example:8443", "https://b.a.example:8443", true],
    ["*.a.example:8443", "https://b.a.example", false],
    ["*.a.example", "https://b.a.example.", false],
    ["10.0.0.7", "http://10.0.0.7", true],
    ["10.0.0.7", "http://167772167", true],
    ["[::1]", "http://[::1]", true],
  ])("a secret that is bound to %s may be sent to %s: %s", ([host, url, may], { expect }) => {
    expect(isBoundTo(["other.example", host], new URL(url))).toBe(may);
  });
});
