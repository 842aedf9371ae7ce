import type { StoredSettings } from "../../knowledge/project-settings.ts";
import { isRecord } from "../../record.ts";
import type { Refusal } from "../../refusal.ts";
import { shorten } from "../../shorten.ts";
import type { ClaimJudges } from "./claim-judge.ts";

/**
 * Refuses to set the model that verifies a project's citations to one that the deployment cannot ask. Returns null if
 * the setting is valid or not changed.
 */
export function refuseJudge(
  { judge, judgeNames }: ClaimJudges,
  { verify }: StoredSettings,
): Refusal | null {
  const name = isRecord(verify) ? verify["model"] : null;
  if (typeof name !== "string" || judge(name) !== null) return null;
  const names = judgeNames.map((one) => `'${shorten(one)}'`).join(", ");
  const advice =
    names === ""
      ? "This deployment has no model that can: extractive-1 quotes, and cannot judge. Set LLM_MODEL, or leave 'verify.model' null."
      : `Name one of ${names}, or null for none.`;
  const message = `Invalid 'settings.verify.model': there is no model '${shorten(name)}' here that can verify citations. ${advice}`;
  return { code: "invalid_request", message, param: "settings.verify.model" };
}
