/** The address of the worker of pdf.js, which the build copies beside the scripts. */
declare module "pdfjs-dist/build/pdf.worker.min.mjs" {
  const address: string;
  export default address;
}
