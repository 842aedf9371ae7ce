import { z } from "zod";

import type { Lane } from "../kernel/rules/definition.ts";

/** The schema of the service tier of a request, as in OpenAI's API. */
export const ServiceTierParam = z.enum(["auto", "default", "flex", "scale", "priority", "fast"]);
type ServiceTierParam = z.output<typeof ServiceTierParam>;

/** The service tiers that a response can have been served with. */
export const SERVICE_TIERS = ["default", "flex", "priority"] as const;
/** The service tier with which a response is served. */
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** Returns the tier with which a request is served: without a choice, or with one that there is not, `default`. */
export function chooseTier(requested: ServiceTierParam | null | undefined): ServiceTier {
  if (requested === "priority" || requested === "fast") return "priority";
  return requested === "flex" ? "flex" : "default";
}

/** The lane of a tier, in whose queue its answers in the background wait. */
export const LANE_OF_TIER: Readonly<Record<ServiceTier, Lane>> = {
  priority: "interactive",
  default: "default",
  flex: "batch",
};
