import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { buildSite } from "../site/build-site.ts";
import { prepareDatabases } from "./databases.ts";
import { assertPortFree, isRefused, untilDisconnected } from "./port.ts";
import { spreadAlarms } from "./spread-alarms.ts";
import { ensureSecrets, lockFolder, writeVars, type DevelopmentSecrets } from "./state-folder.ts";
import {
  LOG_FILE,
  spawnWrangler,
  type WranglerOptions,
  type WranglerProcess,
} from "./wrangler-process.ts";

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 5_000;
const PROBES_MAX = 3;
const CRON_INTERVAL_MS = 60_000;
const CRON_PATH = "/cdn-cgi/local/scheduled?cron=*+*+*+*+*";

/** A local service that is running. */
export type Service = {
  readonly url: string;
  readonly secrets: DevelopmentSecrets;
  /** Resolves with wrangler's exit code when the service has ended and will not be restarted. */
  readonly ended: Promise<number>;
  /** Returns the id of the process group of wrangler and workerd. It changes when they are restarted. */
  readonly groupId: () => number;
  /** Calls the cron trigger, which is called every minute otherwise, and waits until its work is done. */
  readonly tick: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts the whole service locally, and waits until it answers: builds the static files, migrates the databases, adds
 * the development key, and starts `wrangler dev` in its own process group. It also calls the service's cron trigger
 * every minute, which `wrangler dev` does not do.
 */
export async function startService(options: WranglerOptions): Promise<Service> {
  const { folder, port, ip, vars } = options;
  const host = ip?.includes(":") ? `[${ip}]` : ip;
  const url = `http://${host ?? "localhost"}:${port}`;
  const unlock = lockFolder(folder, url);
  try {
    await assertPortFree(port, ip);
    await buildSite();
    const secrets = ensureSecrets(folder);
    await prepareDatabases(folder, secrets);
    const adminKey = process.env["ADMIN_KEY"] || secrets.adminKey;
    const varsFile = writeVars(folder, { ...secrets, adminKey }, { ...process.env, ...vars });
    const wrangler = await startWrangler(options, varsFile, url);
    const service = superviseService(options, varsFile, url, wrangler);
    // Released before `ended` resolves.
    const ended = service.ended.finally(unlock);
    const stop = async () => {
      await service.stop();
      await ended;
    };
    const tick = () => tickCron(url);
    return { url, secrets: { ...secrets, adminKey }, ...service, ended, tick, stop };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Restarts wrangler when the service is unreachable, and ticks its cron. */
function superviseService(
  options: WranglerOptions,
  varsFile: string,
  url: string,
  first: WranglerProcess,
): Pick<Service, "ended" | "groupId" | "stop"> {
  let wrangler = first;
  let stopping = false;
  const supervise = async (): Promise<number> => {
    for (;;) {
      const code = await endedOrUnreachable(wrangler, options, url);
      if (stopping || code !== "unreachable") return await wrangler.ended;
      await wrangler.stop();
      if (stopping) return 0;
      wrangler = await startWrangler(options, varsFile, url);
      // Stopped while it started again.
      if (stopping) await wrangler.stop();
    }
  };
  const ended = supervise();
  const cron = setInterval(() => void tickCron(url), CRON_INTERVAL_MS);
  cron.unref();
  return {
    ended,
    groupId: () => wrangler.groupId,
    stop: async () => {
      stopping = true;
      clearInterval(cron);
      await wrangler.stop();
      await ended;
    },
  };
}

/** Tests whether a service answers at `/health`. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function startWrangler(
  options: WranglerOptions,
  varsFile: string,
  url: string,
): Promise<WranglerProcess> {
  spreadAlarms(options.folder, Date.now());
  const wrangler = spawnWrangler(options, varsFile);
  const endedEarly = wrangler.ended.then((code): never => {
    const where =
      options.output === "file" ? ` See ${join(options.folder, LOG_FILE)} for the reason.` : "";
    throw new Error(`wrangler dev ended with code ${code} before the service answered.${where}`);
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  try {
    while (Date.now() < deadline) {
      if (await Promise.race([isHealthy(url), endedEarly])) {
        endedEarly.catch(() => {});
        return wrangler;
      }
      await Promise.race([wait(100), endedEarly]);
    }
    throw new Error(`The service did not answer at ${url}/health within a minute.`);
  } catch (error) {
    endedEarly.catch(() => {});
    await wrangler.stop();
    throw error;
  }
}

/**
 * Waits until a `wrangler dev` has ended or is unreachable. It restarts a killed workerd, but the workerd that listens
 * on the port then holds requests for ever (wrangler 4.155), so wrangler must be restarted. The death of the listening
 * workerd breaks the open connection and refuses the next one. A connection that broke for another reason (workerd
 * closes idle ones) is followed by a probe.
 */
async function endedOrUnreachable(
  wrangler: WranglerProcess,
  { port, ip }: WranglerOptions,
  url: string,
): Promise<number | "unreachable"> {
  for (;;) {
    const first = await Promise.race([wrangler.ended, untilDisconnected(port, ip)]);
    if (first !== undefined) return first;
    if (await isRefused(port, ip)) return "unreachable";
    let healthy = false;
    for (let probe = 0; probe < PROBES_MAX && !healthy; probe++) {
      healthy = await isHealthy(url);
      if (!healthy) await wait(100);
    }
    if (!healthy) return "unreachable";
  }
}

async function tickCron(url: string): Promise<void> {
  try {
    const response = await fetch(url + CRON_PATH, {
      signal: AbortSignal.timeout(CRON_INTERVAL_MS),
    });
    await response.body?.cancel();
  } catch {
    // The next tick makes up for one during a restart.
  }
}
