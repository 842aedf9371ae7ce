import { describe, expect, it } from "vitest";

import { AccessGrants, collectRights } from "../../src/access-grants.ts";
import { addKey, parseSession, SESSION_SECONDS } from "../../src/console/session.ts";
import { readSettings } from "../../src/env.ts";

const HASH = "0".repeat(64);

describe("collectRights", () => {
  const grants = AccessGrants.parse({
    "Ada@example.com": ["proj_1"],
    "@example.com": ["proj_1", "proj_2"],
    "group:ops": ["operator"],
  });

  it("joins the rights of an address, its domain and its groups", () => {
    expect(collectRights(grants, { email: "ada@EXAMPLE.com", groups: ["ops"] })).toEqual({
      projects: ["proj_1", "proj_2"],
      isOperator: true,
    });
  });

  it.each(["ada@example.com.evil.org", "ada@evil.org", "example.com", "ops", "@"])(
    "gives %s nothing",
    (email) => {
      const rights = collectRights(grants, { email, groups: ["other"] });
      expect(rights).toEqual({ projects: [], isOperator: false });
    },
  );

  it("takes no group for an address, and no address for a group", () => {
    const rights = collectRights(grants, { email: "group:ops", groups: ["ada@example.com"] });
    expect(rights).toEqual({ projects: [], isOperator: false });
  });
});

describe("the setting ACCESS_PROJECTS", () => {
  it.each([
    ["{", "it is not JSON"],
    [`{"ada": ["proj_1"]}`, "an e-mail address, @ and a domain, or group:"],
    [`{"ada@example.com": ["everything"]}`, "ACCESS_PROJECTS"],
  ])("refuses %s", (text, message) => {
    expect(() => readSettings({ EDITION: "embedded", ACCESS_PROJECTS: text })).toThrow(message);
  });

  it("needs the team and the application together", () => {
    const half = { EDITION: "embedded", ACCESS_TEAM_URL: "https://acme.cloudflareaccess.com" };
    expect(() => readSettings(half)).toThrow("together with ACCESS_AUD");
  });
});

describe("a session", () => {
  it("holds a key for each project, the last one first, at most 16", () => {
    let session = addKey(null, { kind: "operator", sha256: HASH }, 0);
    for (let number = 0; number < 20; number++) {
      session = addKey(session, { kind: "project", id: `proj_${number}`, sha256: HASH }, number);
    }
    const other = "1".repeat(64);
    session = addKey(session, { kind: "project", id: "proj_10", sha256: other }, 100);

    expect(session.projects).toHaveLength(16);
    expect(session.projects[0]).toEqual({ id: "proj_10", keySha256: other });
    expect(session.operatorSha256).toBe(HASH);
    expect(session.expiresAt).toBe(100 + SESSION_SECONDS);
  });

  it("is read until its end, and not from any other text", () => {
    const text = JSON.stringify(addKey(null, { kind: "operator", sha256: HASH }, 0));

    expect(parseSession(text, SESSION_SECONDS - 1)).not.toBeNull();
    expect(parseSession(text, SESSION_SECONDS)).toBeNull();
    expect(parseSession("{", 0)).toBeNull();
    expect(parseSession(`{"projects":[]}`, 0)).toBeNull();
  });
});
