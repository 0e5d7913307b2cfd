import type { Service } from "../transcript/http";

/** By path: a stand-in serves several services at one address. */
export const googleServices: Service = {
  cloud: "gcp",
  serviceOf({ pathname }) {
    if (/cryptoKeyVersions/.test(pathname)) return "kms";
    return /^\/compute\//.test(pathname) ? "compute" : "storage";
  },
};
