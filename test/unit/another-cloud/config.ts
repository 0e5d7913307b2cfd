import { z } from "zod";
import { accessBy, textsIn } from "../../../config/access";
import type { CloudConfig } from "../../../config/cloud";
import { isShared } from "../../../config/release";

const toySchema = z
  .strictObject({ zone: z.enum(["north", "south"]), users: z.array(z.string()).default([]) })
  .meta({ description: "Publication on a cloud that there is not." });

export type ToyConfig = z.output<typeof toySchema>;

export const toyConfig: CloudConfig<ToyConfig> = {
  schema: toySchema,
  placeholder: () => ({ zone: "north" }),
  rules: ({ zone }, product) =>
    zone === "south" && product.publisher.length > 12
      ? [
          {
            path: ["toy", "zone"],
            given: zone,
            needs: "a publisher of at most 12 letters",
            cure: "Take north",
          },
        ]
      : [],
  audience: ({ zone, users }, { state }) => ({ [zone]: isShared(state) ? [...users].sort() : [] }),
  access: ({ ofImages }) =>
    ofImages("imprimatur:toy:Image").map(({ version, architecture, outputs }) => ({
      version,
      architecture,
      region: String(outputs.zone),
      ...accessBy(textsIn(outputs.users), outputs, outputs),
    })),
  closings: { "imprimatur:toy:ImageClosing": ({ users }) => textsIn(users) },
  immutable: ({ ofImages }) =>
    ofImages("imprimatur:toy:Image").map(({ version, architecture, outputs }) => ({
      version,
      architecture,
      values: { zone: String(outputs.zone) },
    })),
  hasImagePerRegion: true,
  names: () => [],
  nativeProvider: { package: "toy-native", elsewhere: {}, otherwise: "there is none", same: {} },
  reserved: { endpoints: ["TOY_ENDPOINT"], hosts: /^toy\.example$/, find: () => [] },
};
