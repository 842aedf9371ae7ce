/** The service's Worker, and objects that exist only in tests. */
export * from "../../src/index.ts";
export { default } from "../../src/index.ts";
export { CrashingObject } from "./kernel/objects/crashing-object.ts";
export { EffectsObject } from "./kernel/objects/effects-object.ts";
export { KernelObject } from "./kernel/objects/kernel-object.ts";
export { RunObject } from "./runs/run-object.ts";
