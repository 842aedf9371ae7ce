import { readdirSync, readFileSync } from "node:fs";

const MS_PER_TICK = 10;

/**
 * Returns the CPU time that the living processes of a process group have used, in milliseconds, in steps of 10 ms.
 * Undefined where there is no `/proc`, as on macOS. Source: proc(5).
 */
export function cpuMsOfGroup(groupId: number): number | undefined {
  try {
    const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return MS_PER_TICK * ids.reduce((sum, id) => sum + ticksOf(id, groupId), 0);
  } catch {
    return undefined;
  }
}

/** The ticks that a process has used; 0 if it is of another group, or has ended meanwhile. */
function ticksOf(processId: string, groupId: number): number {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
    // The name, in parentheses, may itself contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[2]) === groupId ? Number(fields[11]) + Number(fields[12]) : 0;
  } catch {
    return 0;
  }
}
