import { type Jurisdiction, JURISDICTIONS } from "../../src/jurisdiction.ts";
import { UsageError } from "../local/flags.ts";

/** The regions that Cloudflare takes as hints for new databases and buckets. */
const REGIONS = ["wnam", "enam", "weur", "eeur", "apac", "oc"] as const;

/** The place of a deployment, as far as Cloudflare lets one choose it. At most one of the two is set. */
export type Place = {
  /** A hint where databases and files are created, such as `weur`. */
  readonly region: string | null;
  /** Where databases, files and queues stay, and the projects of the deployment may. */
  readonly jurisdiction: Jurisdiction | null;
};

/** A database or a queue of the account, and its jurisdiction; null if it is in none. */
export type Placed = {
  readonly kind: "database" | "queue";
  readonly name: string;
  readonly jurisdiction: string | null;
};

/** Reads the flags that choose where a deployment lies. Throws a `UsageError` that says which values they have. */
export function readPlace(values: ReadonlyMap<string, string>): Place {
  const region = oneOf("region", values, REGIONS);
  const jurisdiction = oneOf("jurisdiction", values, JURISDICTIONS);
  if (region !== null && jurisdiction !== null) {
    throw new UsageError(
      "Give --region or --jurisdiction: Cloudflare places what is inside a jurisdiction by itself.",
    );
  }
  return { region, jurisdiction };
}

function oneOf<Word extends string>(
  flag: string,
  values: ReadonlyMap<string, string>,
  known: readonly Word[],
): Word | null {
  const value = values.get(flag);
  if (value === undefined) return null;
  const word = known.find((one) => one === value);
  if (word !== undefined) return word;
  throw new UsageError(`--${flag} is one of ${known.join(", ")}; '${value}' is not.`);
}

/**
 * Says what is wrong and what to do if a part that exists is in another jurisdiction than the one that was chosen; null
 * if none is. Cloudflare moves nothing, so the deployment would promise to its projects what is not so.
 */
export function describeMisplaced(
  { name, jurisdiction }: { readonly name: string; readonly jurisdiction: Jurisdiction | null },
  existing: readonly Placed[],
): string | null {
  const misplaced = existing.filter((part) => part.jurisdiction !== jurisdiction);
  const part = misplaced.find(({ kind }) => kind === "database") ?? misplaced[0];
  if (!part) return null;
  const is = `The ${part.kind} ${part.name} is in ${describe(part.jurisdiction)}, and the deployment would be in ${describe(jurisdiction)}. Cloudflare moves neither databases nor queues.`;
  const advice =
    part.kind === "queue"
      ? [
          `A queue has no documents, and what waits in it is sent again a minute later. Delete it (npx wrangler queues delete ${part.name}), and run the command again, which creates it where it belongs.`,
        ]
      : [
          `Deploy with the flags of before: ${commandFor(name, part.jurisdiction)}`,
          `Or deploy beside it, under another name: ${commandFor("NAME", jurisdiction)}`,
        ];
  return [is, ...advice].join("\n");
}

const describe = (jurisdiction: string | null) =>
  jurisdiction === null ? "no jurisdiction" : `the jurisdiction ${jurisdiction}`;

const commandFor = (name: string, jurisdiction: string | null) =>
  `npm run deploy -- --name ${name}${jurisdiction === null ? "" : ` --jurisdiction ${jurisdiction}`}`;

/**
 * Reads wrangler's table of queues: their names with their jurisdictions. The table has the column `jurisdiction` only
 * if one of them has one.
 */
export function readQueueTable(text: string): Map<string, string | null> {
  const rows = text
    .split("\n")
    .filter((line) => line.includes("│"))
    .map((line) => line.split("│").map((cell) => cell.trim()));
  const heading = rows.find((cells) => cells.includes("name")) ?? [];
  const [name, jurisdiction] = [heading.indexOf("name"), heading.indexOf("jurisdiction")];
  return new Map(
    rows
      .filter((cells) => cells !== heading && (cells[name] ?? "") !== "")
      .map((cells) => [cells[name] ?? "", cells[jurisdiction] || null]),
  );
}
