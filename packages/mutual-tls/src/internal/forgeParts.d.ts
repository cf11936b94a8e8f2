/** Parts of node-forge, which has types only for the whole: the first two add themselves to the third. */
declare module "node-forge/lib/md.all.js";
declare module "node-forge/lib/pkcs12.js";
declare module "node-forge/lib/forge.js" {
  export { default } from "node-forge";
}
