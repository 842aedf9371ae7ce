import type { ApiKeyId, ProjectId } from "../ids.ts";
import type { Page } from "../page.ts";
import type { StoredSettings } from "./project-settings.ts";
import type { Region } from "./scope.ts";

/**
 * A project, the tenant that owns files, stores and conversations, as a row of the catalog database. Times are Unix
 * seconds.
 */
export type Project = {
  readonly id: ProjectId;
  readonly name: string;
  readonly region: Region;
  readonly status: "active" | "archived";
  readonly createdAt: number;
  readonly archivedAt: number | null;
  readonly settings: StoredSettings;
  /** The version of the settings: the number of times that they have been changed. */
  readonly settingsVersion: number;
};

/** The parts of a project to change. */
type ProjectChange = {
  readonly name: string | null;
  /** New settings, and the version that they replace. */
  readonly settings: { readonly value: StoredSettings; readonly replaces: number } | null;
};

/** A request for a page of the projects, the newest first: those of a status, or whose name contains a text. */
type ProjectListQuery = {
  readonly limit: number;
  readonly after: string | undefined;
  readonly status?: Project["status"] | undefined;
  readonly name?: string | undefined;
};

/** Reads and writes the projects of a deployment. */
export interface Projects {
  add(project: Project): Promise<void>;
  get(id: string): Promise<Project | null>;
  list(query: ProjectListQuery): Promise<Page<Project>>;
  /**
   * Changes a project. Returns null if it does not exist, or if the version of its settings differs from the one that
   * the change was made for. Settings take effect at once in this isolate and within 30 s everywhere.
   */
  change(id: string, change: ProjectChange): Promise<Project | null>;
  /**
   * Archives a project: its keys stop working, at once in this isolate and within 30 s everywhere. Returns null if it
   * does not exist. `now` is in Unix seconds.
   */
  archive(id: string, now: number): Promise<Project | null>;
}

/**
 * An API key as a row of the catalog database: its hash and its properties, without the key itself. Times are Unix
 * seconds.
 */
export type ApiKey = {
  readonly id: ApiKeyId;
  readonly name: string;
  /** SHA-256 of the key, in hex, by which requests find it. */
  readonly sha256: string;
  readonly redacted: string;
  readonly createdAt: number;
};

/** Reads and writes the API keys of projects. */
export interface ApiKeys {
  /** Stores a new key. Returns false if the project does not exist or is archived. */
  add(projectId: string, key: ApiKey): Promise<boolean>;
  get(projectId: string, id: string): Promise<ApiKey | null>;
  list(projectId: string, query: { limit: number; after: string | undefined }): Promise<ApiKey[]>;
  /**
   * Revokes a key, which stops working at once in this isolate and within 30 s everywhere. Returns false if there is no
   * such key. `now` is in Unix seconds.
   */
  revoke(projectId: string, id: string, now: number): Promise<boolean>;
}
