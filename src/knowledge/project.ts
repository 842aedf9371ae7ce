import type { ApiKeyId, ProjectId } from "../ids.ts";
import type { StoredSettings } from "./project-settings.ts";
import type { Region } from "./scope.ts";

/** A tenant, as the catalogue stores it. Times are Unix seconds. */
export type Project = {
  readonly id: ProjectId;
  readonly name: string;
  readonly region: Region;
  readonly status: "active" | "archived";
  readonly createdAt: number;
  readonly archivedAt: number | null;
  readonly settings: StoredSettings;
  /** The number of changes to the settings so far. */
  readonly settingsVersion: number;
};

/** The parts of a project to change. */
type ProjectChange = {
  readonly name: string | null;
  /** New settings, and the version that they replace. */
  readonly settings: { readonly value: StoredSettings; readonly replaces: number } | null;
};

/** A page of the list of projects. */
type ProjectListQuery = {
  readonly limit: number;
  readonly after: string | undefined;
  readonly includeArchived: boolean;
};

/** The projects of a deployment. */
export interface Projects {
  add(project: Project): Promise<void>;
  get(id: string): Promise<Project | null>;
  list(query: ProjectListQuery): Promise<Project[]>;
  /**
   * Changes a project. Null if there is none, or if its settings no longer have the version that new ones replace.
   * Settings take effect at once in this isolate and within 30 s everywhere.
   */
  change(id: string, change: ProjectChange): Promise<Project | null>;
  /** Archives a project. Its keys stop working at once in this isolate and within 30 s everywhere. */
  archive(id: string, now: number): Promise<Project | null>;
}

/** An API key without its text, as the catalogue stores it. Times are Unix seconds. */
export type ApiKey = {
  readonly id: ApiKeyId;
  readonly name: string;
  /** SHA-256 of the key's text, in hex. */
  readonly sha256: string;
  readonly redacted: string;
  readonly createdAt: number;
};

/** The API keys of projects. */
export interface ApiKeys {
  /** False when there is no such active project. */
  add(projectId: string, key: ApiKey): Promise<boolean>;
  get(projectId: string, id: string): Promise<ApiKey | null>;
  list(projectId: string, query: { limit: number; after: string | undefined }): Promise<ApiKey[]>;
  /** Takes effect at once in this isolate and within 30 s everywhere. */
  revoke(projectId: string, id: string, now: number): Promise<boolean>;
}
