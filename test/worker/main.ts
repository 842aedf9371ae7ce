/** The service's Worker, and objects that exist only in tests. */
export * from "../../src/index.ts";
export { default } from "../../src/index.ts";
export { CrashingObject } from "./kernel/crashing-object.ts";
export { EffectsObject } from "./kernel/effects-object.ts";
export { KernelObject } from "./kernel/kernel-object.ts";
export { RunObject } from "./runs/run-object.ts";
