import type { Service } from "../transcript/http";

/** By host, or by path and query where a stand-in serves several services at one address. */
export const azureServices: Service = {
  cloud: "azure",
  serviceOf({ host, pathname, searchParams }) {
    if (/vault|managedhsm/.test(host) || /^\/keys\//.test(pathname)) return "vault";
    return searchParams.has("sig") ? "blob" : "arm";
  },
  holdsDisks: "blob",
};
