import { seededRandom } from "../random.ts";

/** Decides whether something crashes, and at which of its points. The returned function is called at each point that is reached. */
export type PlanCrash = (points: readonly string[]) => (point: string) => void;

/** How often each object has begun in this process; it outlives their crashes. */
const lives = new Map<string, number>();

/** Crashes an object, by a seed for the process and by how often the object has begun in it. */
export function planCrashes(ctx: DurableObjectState, seed: string, chance: number): PlanCrash {
  const id = ctx.id.toString();
  const life = (lives.get(id) ?? 0) + 1;
  lives.set(id, life);
  const random = seededRandom(`${seed}/${id}/${life}`);
  return (points) => {
    const chosen = random() < chance ? points[Math.floor(random() * points.length)] : undefined;
    return (point) => {
      if (point !== chosen) return;
      // abort() ends this object's execution on the spot; what is printed is what the driver counts.
      console.log(`crash: ${point}`);
      ctx.abort(`The fuzz crashes this object ${point}`);
    };
  };
}
