import { CLOUDS } from "../facts/clouds";
import { z } from "zod";

/**
 * Declarations of a publisher about a product's images for the image policy; every key has a default. YAML or JSON.
 */
export const expectation = z
  .strictObject({
    provenance: z.enum(["official", "based-on"]).default("official"),
    /** The default stays as it is with a cloud more: images that are not published there do not look for it. */
    clouds: z.array(z.enum(CLOUDS)).default(["aws", "gcp", "azure"]),
    areas: z.array(z.string()).default(["main"]),
    packageHosts: z.array(z.string()).default([]),
    unattendedUpgrades: z.boolean().default(true),
    ssh: z
      .strictObject({
        server: z.boolean().default(true),
        passwordAuthentication: z.boolean().default(false),
        rootLogin: z.boolean().default(false),
      })
      .prefault({}),
    maximumInstalledBytes: z.int().min(0).default(0),
    extraDatasources: z.array(z.string()).default([]),
    /**
     * Files that the product adds to or changes in its packages. No default: declarations sealed before this key
     * existed keep their seal.
     */
    ownFiles: z.array(z.string().startsWith("/")).optional(),
    /** Ids of rules that do not apply to this product. */
    without: z.array(z.string()).default([]),
  })
  .meta({ description: "What was declared of the image, and measured against." });

export type Expectation = z.output<typeof expectation>;
