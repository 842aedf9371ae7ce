import { isJurisdiction, type Jurisdiction } from "../jurisdiction.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import type { Project } from "./project.ts";
import type { Region } from "./scope.ts";

/** The words of OpenAI's API for the residency of a project's data. */
export const RESIDENCIES = ["GLOBAL", "EU_STORAGE_PROCESSING"] as const;
/** A word of OpenAI's API for the residency of a project's data. */
type Residency = (typeof RESIDENCIES)[number];

/** The parameters of a new project that say where its data lies. All are optional. */
export type PlaceRequest = {
  readonly jurisdiction?: Jurisdiction | null | undefined;
  readonly region?: Region | undefined;
  readonly residency?: Residency | null | undefined;
};

/** A parameter, and the jurisdiction that it demands; null if it demands that there is none. */
type Demand = { readonly param: keyof PlaceRequest; readonly jurisdiction: Jurisdiction | null };

/**
 * Chooses the region of a new project, which it keeps for ever. Without any parameter it is the deployment's
 * jurisdiction, or `auto` where the deployment has none. Refused are parameters that contradict each other, and a
 * jurisdiction in which the deployment has no databases, bucket and queues.
 */
export function placeProject(
  request: PlaceRequest,
  deployment: Jurisdiction | null,
): Result<Region, Refusal> {
  const [first, ...others] = listDemands(request);
  if (!first) return ok(deployment ?? "auto");
  const other = others.find(({ jurisdiction }) => jurisdiction !== first.jurisdiction);
  if (other) return err(refuseContradiction(request, first.param, other.param));
  const { jurisdiction } = first;
  if (jurisdiction === null) return ok(request.region ?? "auto");
  if (jurisdiction === deployment) return ok(jurisdiction);
  return err(refuseOutside(first.param, jurisdiction, deployment));
}

function listDemands({ jurisdiction, region, residency }: PlaceRequest): Demand[] {
  const demands: Demand[] = [];
  if (jurisdiction !== undefined) demands.push({ param: "jurisdiction", jurisdiction });
  if (region !== undefined) {
    demands.push({ param: "region", jurisdiction: isJurisdiction(region) ? region : null });
  }
  if (residency) {
    demands.push({ param: "residency", jurisdiction: residency === "GLOBAL" ? null : "eu" });
  }
  return demands;
}

const refuseContradiction = (
  request: PlaceRequest,
  one: keyof PlaceRequest,
  other: keyof PlaceRequest,
): Refusal => ({
  code: "invalid_request",
  message: `Invalid '${other}': ${toJson(request[other])} contradicts '${one}', which is ${toJson(request[one])}. Send one of the two: a project is either inside a jurisdiction or near a region.`,
  param: other,
});

const toJson = (value: string | null | undefined) => JSON.stringify(value ?? null);

const refuseOutside = (
  param: keyof PlaceRequest,
  jurisdiction: Jurisdiction,
  deployment: Jurisdiction | null,
): Refusal => {
  const place = deployment === null ? "in no jurisdiction" : `in the jurisdiction '${deployment}'`;
  return {
    code: "jurisdiction_unavailable",
    message: `Invalid '${param}': the project would be in the jurisdiction '${jurisdiction}', but the databases, files and queues of this deployment are ${place}. Create it on a deployment that is inside, which the operator makes with: npm run deploy -- --name NAME --jurisdiction ${jurisdiction}. Or leave '${param}' out, for a project ${place}.`,
    param,
  };
};

/**
 * Returns the jurisdiction that holds everything that the service stores of a project; null if a part may lie outside,
 * as for a project whose objects are in the EU on a deployment whose databases are not.
 */
export const findJurisdiction = (
  { region }: Pick<Project, "region">,
  deployment: Jurisdiction | null,
): Jurisdiction | null => (region === deployment ? deployment : null);
