import type { InventoryItem } from "../cloud";
import type { signInAsAdmin } from "./accounts";
import { type Ports, REGIONS } from "./settings";

interface ListedImage {
  readonly id: string;
  readonly name?: string;
  readonly owner?: string;
  readonly status: string;
  readonly visibility: string;
  readonly os_hidden?: boolean;
  readonly size?: number | null;
}

/** Every image of every project, hidden ones too, as an administrator sees them. */
export async function inventoryOf(
  ports: Ports,
  { token, projects }: Awaited<ReturnType<typeof signInAsAdmin>>,
): Promise<InventoryItem[]> {
  const found = await Promise.all(
    REGIONS.flatMap((region) =>
      ["false", "true"].map(async (hidden) => {
        // One page: nobody has a thousand images in a rehearsal.
        const url = `http://127.0.0.1:${ports.glance[region]}/v2/images?limit=1000&visibility=all&os_hidden=${hidden}`;
        const answer = await fetch(url, { headers: { "x-auth-token": token } });
        if (!answer.ok) throw new Error(`Glance of ${region} answers with ${answer.status}`);
        const { images } = (await answer.json()) as { images: ListedImage[] };
        return images.map((image) => ({ region, image }));
      }),
    ),
  );
  return found
    .flat()
    .map(({ region, image: { id, name, owner = "", status, visibility, size, os_hidden } }) => ({
      cloud: "openstack",
      account: projects.get(owner) ?? owner,
      region,
      kind: "image",
      id,
      ...(name && { name }),
      state: [visibility, ...(os_hidden ? ["hidden"] : []), ...(status === "active" ? [] : [status])].join(
        ", ",
      ),
      ...(typeof size === "number" && { bytes: size }),
    }));
}
