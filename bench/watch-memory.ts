import { readdirSync, readFileSync } from "node:fs";

/**
 * Reads the memory of the workerd processes of a process group, in MB, at intervals. `takeMost` returns the largest
 * figure since the call before; NaN where the system has no /proc.
 */
export function watchMemory(groupId: () => number, intervalMs: number) {
  let most = Number.NaN;
  const read = () => {
    const now = readResidentMb(groupId());
    if (!(now <= most)) most = now;
  };
  const timer = setInterval(read, intervalMs);
  return {
    takeMost: () => {
      read();
      const taken = most;
      most = Number.NaN;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

function readResidentMb(groupId: number): number {
  try {
    const sizes = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readProcess(pid, groupId));
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0);
    return kilobytes === 0 ? Number.NaN : kilobytes / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Returns the resident kilobytes of a process if it is a workerd of the group, else 0. */
function readProcess(pid: string, groupId: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [name = "", rest = ""] = stat.slice(stat.indexOf("(") + 1).split(") ");
    const group = Number(rest.split(" ")[2]);
    if (name !== "workerd" || group !== groupId) return 0;
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0; // The process has ended meanwhile.
  }
}
