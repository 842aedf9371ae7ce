import { parseArgs } from "node:util";

export type ServiceFlags = {
  readonly port: number | null;
  readonly ip: string | null;
  readonly persistTo: string | null;
  /** What is not ours to read goes on to `wrangler dev` as it came. */
  readonly passedOn: readonly string[];
};

/** Reads the flags that `npm run dev -- …` shares with wrangler and leaves the others in their order. */
export function readServiceFlags(args: readonly string[]): ServiceFlags {
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      port: { type: "string" },
      ip: { type: "string" },
      "persist-to": { type: "string" },
    },
  });
  const ours = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !OURS.has(token.name)) continue;
    ours.add(token.index);
    if (token.value !== undefined && !token.inlineValue) ours.add(token.index + 1);
  }
  return {
    port: portOf(values["port"]),
    ip: textOf("--ip", values["ip"]),
    persistTo: textOf("--persist-to", values["persist-to"]),
    passedOn: args.filter((_, index) => !ours.has(index)),
  };
}

const OURS = new Set(["port", "ip", "persist-to"]);

function portOf(value: string | boolean | undefined): number | null {
  const text = textOf("--port", value);
  if (text === null) return null;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`--port takes a number from 1 to 65535, not "${text}".`);
}

function textOf(flag: string, value: string | boolean | undefined): string | null {
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`${flag} needs a value after it.`);
}
