import type { FakeAccount } from "../../test/fakes/cloudflare/account.ts";
import type { Loss } from "../../test/fakes/cloudflare/server.ts";
import type { Theatre } from "./theatre.ts";
import { expectSame, onStage, type Trial } from "./trial.ts";

/** An account without its ids and secrets, as it is compared. */
export type Description = ReturnType<FakeAccount["describe"]>;

/** A deployment to an empty account: what it made, and its calls. */
export type Reference = { readonly complete: Description; readonly calls: readonly string[] };

/** Deploys an edition to an empty account. */
export async function deployReference(
  theatre: Theatre,
  flags: readonly string[],
): Promise<Reference> {
  let reference: Reference | null = null;
  await onStage(theatre, async ({ deploy, fake, account }) => {
    await deploy(flags);
    reference = { complete: account.describe(), calls: [...fake.calls] };
  });
  if (reference === null) throw new Error("Nothing was deployed.");
  return reference;
}

/** Returns true for a call that may change the account. */
export const isChange = (call: string): boolean => !call.startsWith("GET ");

/** The ways to lose the connection at a call. What reads loses the same with its request and with its answer. */
function lossesAt(call: string, index: number): [name: string, loss: Loss][] {
  const at = index + 1;
  const request: [string, Loss] = ["from its request on", { at, loses: "request" }];
  if (!isChange(call)) return [request];
  return [
    request,
    ["from its answer on", { at, loses: "answer" }],
    ["for its answer alone", { at, loses: "answer", calls: 1 }],
  ];
}

/** The trials that lose the connection at a call, for each call of a deployment to an empty account, and deploy again. */
export const sweepTrials = ({ complete, calls }: Reference, flags: readonly string[]): Trial[] =>
  calls.flatMap((call, index) =>
    lossesAt(call, index).map(([name, loss]) => ({
      name: `${flags.join(" ") || "production"}: call ${index + 1} (${call}), lost ${name}`,
      run: (theatre) =>
        onStage(theatre, async ({ attempt, deploy, fake, account }) => {
          fake.lost = loss;
          const broken = await attempt(flags);
          checkBroken(broken, loss);
          fake.lost = null;
          await deploy(flags);
          expectSame(account.describe(), complete);
        }),
    })),
  );

/** A connection that stays lost ends the deployment with advice. One that comes back may go unnoticed. */
function checkBroken({ code, output }: { code: number | null; output: string }, { calls }: Loss) {
  const says = /[Rr]un the command again/.test(output);
  if ((code === 1 && says) || (calls !== undefined && code === 0)) return;
  throw new Error(`The broken deployment ended with ${code}, without advice:\n${output}`);
}
