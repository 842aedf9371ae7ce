import { notFound, type Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { mergeSettings, type SettingsChange } from "./project-settings.ts";
import type { Project, Projects } from "./project.ts";

/** Maximum number of times that a change is merged again because another one came first. */
const ATTEMPTS_MAX = 5;

/**
 * Changes a project's name, its settings, or both; a null name or null settings stay as they are. The change of
 * settings is merged into the present ones. With a `version` it is refused if the settings have another version, so
 * that two editors do not overwrite each other. Returns the changed project. Also refused if the project does not
 * exist.
 */
export async function changeProject(
  projects: Projects,
  id: string,
  change: { readonly name: string | null; readonly settings: SettingsChange | null },
): Promise<Result<Project, Refusal>> {
  const { name, settings } = change;
  if (settings === null) {
    const renamed = await projects.change(id, { name, settings });
    return renamed ? ok(renamed) : err(notFound("project", id));
  }
  const { version, ...members } = settings;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const project = await projects.get(id);
    if (!project) return err(notFound("project", id));
    const replaces = project.settingsVersion;
    if (version !== undefined && version !== replaces) return err(refuseVersion(version, replaces));
    const value = mergeSettings(project.settings, members);
    const changed = await projects.change(id, { name, settings: { value, replaces } });
    if (changed) return ok(changed);
  }
  return err({
    code: "conflict",
    message: "The settings are being changed by others at the same time. Send the request again.",
    param: "settings",
  });
}

const refuseVersion = (version: number, current: number): Refusal => ({
  code: "conflict",
  message: `The settings have version ${current}, and this change was made for version ${version}. Get the project, and repeat the change on what its settings are now.`,
  param: "settings.version",
});
