import { readdirSync, readFileSync } from "node:fs";

const NANOSECONDS_A_MS = 1_000_000;

/**
 * Finds the workerd processes of a service by its process group. The returned function reads the processor time of their
 * main threads, in milliseconds: on a machine that others use, it says more than a clock. It returns 0 where there is no
 * `/proc`.
 */
export function serviceTime(groupId: number): () => number {
  const files = listProcesses()
    .filter((id) => isWorkerdOf(id, groupId))
    .map((id) => `/proc/${id}/task/${id}/schedstat`);
  return () =>
    files.reduce(
      (sum, file) => sum + Number(readFileSync(file, "utf8").split(" ", 1)[0]) / NANOSECONDS_A_MS,
      0,
    );
}

function listProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function isWorkerdOf(id: string, groupId: number): boolean {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    // After the name in brackets: the state, the parent's id, the group.
    const group = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2];
    return stat.includes("(workerd)") && Number(group) === groupId;
  } catch {
    return false;
  }
}
