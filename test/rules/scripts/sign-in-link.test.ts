import { expect, it } from "vitest";

import { signInLink } from "../../../scripts/local/sign-in-link.ts";

it.each([
  ["http://localhost:8787", "http://localhost:8787"],
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
  ["http://[::1]:8787", "http://[::1]:8787"],
  ["http://0.0.0.0:8787", "http://localhost:8787"],
  ["http://[::]:8787", "http://localhost:8787"],
])("the sign-in link of a service at %s is at %s", (url, origin) => {
  expect(signInLink(url, "abc")).toBe(`${origin}/console/#sign-in=abc`);
});

it("a service on another address has no sign-in link, since browsers keep no session there", () => {
  expect(signInLink("http://192.168.1.7:8787", "abc")).toBeNull();
});
