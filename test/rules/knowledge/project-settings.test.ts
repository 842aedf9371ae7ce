import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, expect, it } from "vitest";

import {
  completeSettings,
  mergeSettings,
  EVIDENCE_DEFAULT,
  OUTPUT_DEFAULT,
  readHostPattern,
  SettingsChange,
} from "../../../src/knowledge/project-settings.ts";
import { PROJECT } from "../../../src/platform/databases/project-catalog.ts";

const CATALOG = join(import.meta.dirname, "../../../migrations/catalog");

describe("completeSettings", () => {
  it("reads what another build has stored: unknown members and values count as not changed", () => {
    const stored = {
      default_model: ["a"],
      list_stores_as_models: "newest",
      retention: { days: 30 },
      output: { images: { allow: "later", hosts: ["a.b"] }, sound: true, links: 7 },
    };

    expect(completeSettings(stored)).toEqual({
      default_model: null,
      list_stores_as_models: false,
      output: { ...OUTPUT_DEFAULT, images: { allow: "sources", hosts: ["a.b"] } },
      keep_questions: true,
      ...EVIDENCE_DEFAULT,
    });
  });
});

describe("mergeSettings", () => {
  it("keeps the members of a later build", () => {
    const stored = { retention: { days: 30 }, output: { sound: true, links: { allow: "none" } } };
    const change = { output: { links: { allow: null, hosts: ["a.b"] } } };

    expect(mergeSettings(stored, change)).toEqual({
      retention: { days: 30 },
      output: { sound: true, links: { hosts: ["a.b"] } },
    });
  });
});

describe("SettingsChange", () => {
  it("takes what GET returns", () => {
    const complete = { version: 3, ...completeSettings({}) };

    expect(SettingsChange.parse(complete)).toEqual(complete);
  });
});

describe("readHostPattern", () => {
  it.each([
    ["Example.COM", "example.com"],
    ["*.example.com", "*.example.com"],
    ["bücher.example.", "xn--bcher-kva.example"],
    ["192.0.2.1", "192.0.2.1"],
    ["https://a.b", null],
    ["a.b/c", null],
    ["a.b:80", null],
    ["a.*.b", null],
    ["", null],
  ])("reads “%s” as %s", (entry, host) => {
    expect(readHostPattern(entry)).toBe(host);
  });
});

describe("settings that the build before has stored", () => {
  it("keep their values and take the defaults of newer members, also when they change", () => {
    const stored = { output: { images: { hosts: ["a.b"] }, links: { allow: "none" } } };
    const complete = completeSettings(stored);
    const changed = mergeSettings(stored, {
      default_model: "extractive-1",
      output: { links: null },
    });

    expect(complete).toEqual({
      default_model: null,
      list_stores_as_models: false,
      output: {
        images: { allow: "sources", hosts: ["a.b"] },
        links: { allow: "none", hosts: [] },
      },
      grounding: "report",
      keep_questions: true,
      search: "first",
      verify: { model: null },
    });
    expect(changed).toEqual({
      default_model: "extractive-1",
      output: { images: { hosts: ["a.b"] } },
    });
  });
});

describe("a catalogue of the build before", () => {
  it("keeps its projects, which get the default settings", () => {
    const db = new DatabaseSync(":memory:");
    const files = readdirSync(CATALOG).toSorted();
    const own = files.indexOf("0010_project_settings.sql");
    const run = (names: readonly string[]) => {
      for (const name of names) db.exec(readFileSync(join(CATALOG, name), "utf8"));
    };
    run(files.slice(0, own));
    const add =
      "INSERT INTO project (id, name, region, status, created_at, archived_at) VALUES (?, ?, 'eu', ?, 7, ?)";
    db.prepare(add).run("proj_a", "Old", "active", null);
    db.prepare(add).run("proj_b", "Older", "archived", 8);
    run(files.slice(own));
    // The build before goes on writing until it is replaced.
    db.prepare(add).run("proj_c", "Last", "active", null);

    expect(db.prepare(`SELECT ${PROJECT.select()} FROM project ORDER BY id`).all()).toMatchObject([
      {
        id: "proj_a",
        name: "Old",
        region: "eu",
        archivedAt: null,
        settings: "{}",
        settingsVersion: 0,
      },
      { id: "proj_b", status: "archived", archivedAt: 8, settings: "{}", settingsVersion: 0 },
      { id: "proj_c", settings: "{}", settingsVersion: 0 },
    ]);
  });
});
