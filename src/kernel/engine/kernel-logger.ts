/** Where the kernel reports errors that need human attention; the service's logger fits. */
export type KernelLogger = {
  failed(
    event: string,
    error: unknown,
    fields?: { readonly runId: string; readonly step: string },
  ): void;
};
