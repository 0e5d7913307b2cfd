import { z } from "zod";
import { NO_TAKEN_KEY } from "../keys";
import { template } from "../template";

/** How Glance names who sees an image (api-ref, "Image visibility", read 2026-11). */
const VISIBILITIES = ["public", "community", "shared", "private"] as const;
export type Visibility = (typeof VISIBILITIES)[number];

const name = (what: string) =>
  z.string().regex(/^[^\p{Cc}/]{1,255}$/u, { error: `${what}: 1 to 255 characters, without /` });

/** Ids of Keystone are 32 hex digits, or UUIDs with dashes where a directory service makes them. */
const project = z.string().regex(/^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, {
  error: "the id of a project, 32 hex digits: `openstack project show -f value -c id NAME`",
});

const region = z
  .strictObject({
    visibility: z.enum(VISIBILITIES).meta({
      description:
        "`public`: everyone, in everybody's list; most clouds let administrators alone do that. `community`: everyone who knows the id. `shared`: `projects`. `private`: nobody else.",
    }),
    projects: z
      .array(project)
      .refine((list) => new Set(list).size === list.length, { error: "each project once" })
      .default([])
      .meta({
        description:
          "Ids of the projects that a `shared` image is shared with. It is in a project's own list once that accepts it; started by its id it can be before.",
        examples: ["0123456789abcdef0123456789abcdef"],
      }),
  })
  .check(({ value, issues }) => {
    if ((value.visibility === "shared") === value.projects.length > 0) return;
    issues.push({
      code: "custom",
      input: value,
      path: ["projects"],
      message:
        value.visibility === "shared"
          ? "the projects that a shared image is shared with"
          : `no projects with visibility ${value.visibility}`,
      params: {
        cure: value.visibility === "shared" ? "Name them, or say private" : "Say shared, or take them out",
      },
    });
  });

/**
 * Properties that Glance, or this program, sets itself: the base properties of an image (glance/schema-image of
 * glance/api/v2/images.py, `get_base_properties`, c76abb08 of 2026-07-22), and the prefix that Glance reserves.
 */
const OWN_PROPERTIES =
  "(?!(?:architecture|checksum|container_format|created_at|direct_url|disk_format|file|id|locations|min_disk|min_ram|name|owner|protected|schema|self|size|status|stores|tags|updated_at|virtual_size|visibility)$|os_glance|os_hash_|os_hidden$|imprimatur)";

const image = z
  .strictObject({
    nameTemplate: template
      .default("{product}-{architecture}-{version}")
      .meta({ description: "Name of each image. Names are not unique in Glance; these are in a stack." }),
    properties: z
      .record(
        z.string().regex(new RegExp(`^${NO_TAKEN_KEY}${OWN_PROPERTIES}[A-Za-z0-9_.:-]{1,255}$`), {
          error:
            "a property that neither Glance nor this program sets: 1 to 255 of A-Z, a-z, 0-9 and _ . : -",
        }),
        z.string().regex(/^[^\p{Cc}]{1,255}$/u, { error: "a text of 1 to 255 characters, in quotes" }),
      )
      .default({})
      .meta({
        description:
          'What Nova and users read of an image (docs.openstack.org/glance, "Useful image properties"). `architecture` and `hw_firmware_type` are set from the image file.',
        examples: [{ os_distro: "debian", os_version: "13", hw_machine_type: "q35" }],
      }),
    minDisk: z
      .int({ error: "whole GiB" })
      .min(0)
      .max(1_000_000)
      .optional()
      .meta({ description: "Least disk of a machine in GiB. Default: the disk's own size, rounded up." }),
    minRam: z
      .int({ error: "whole MiB" })
      .min(0)
      .max(100_000_000)
      .default(0)
      .meta({ description: "Least memory of a machine in MiB." }),
  })
  .meta({ description: "What each image is like." });

/** Publication of the product on OpenStack. */
export const openstack = z
  .strictObject({
    cloud: name("the name of a cloud in clouds.yaml")
      .optional()
      .meta({
        description:
          "The cloud in `clouds.yaml` that is published to. Default: `OS_CLOUD`, else the `OS_…` variables, as for the official client.",
        examples: ["my-cloud"],
      }),
    regions: z
      .record(
        z.string().regex(new RegExp(`^${NO_TAKEN_KEY}[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$`), {
          error: "a region's name: letters, digits, and _ . - after the first",
        }),
        region,
      )
      .refine((regions) => Object.keys(regions).length > 0, { error: "at least one region" })
      .meta({
        description:
          "Regions of the cloud that have the images, each with who may use them there. Each gets an upload of its own.",
        examples: [{ RegionOne: { visibility: "community" } }],
      }),
    protected: z.boolean().default(true).meta({
      description:
        "Glance refuses to delete published and staged images, whoever asks. Removing the line of a release takes it off first.",
    }),
    image: image.prefault({}),
  })
  .meta({ description: "Publication on OpenStack: images of Glance." });

export type OpenstackConfig = z.output<typeof openstack>;
export type OpenstackRegion = OpenstackConfig["regions"][string];
