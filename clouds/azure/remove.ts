/** Deletes what was left over. What is gone already is fine. */
import { CloudFailure } from "../failure";
import { resetSharing } from "./galleries";
import { armUrl, type AzureSession, findResource, runOperation } from "./http";
import { showInGallery } from "./observe";

/** A version, a definition, or a gallery, which is made private before. Holding something, it is refused. */
export async function removeFromGallery(session: AzureSession, id: string): Promise<void> {
  const isGallery = id.split("/").at(-2)?.toLowerCase() === "galleries";
  if (isGallery) await resetSharing(session, id);
  const what = `delete ${showInGallery(id)}`;
  await runOperation(session, what, { method: "DELETE", url: armUrl(id, "galleries"), accept: [404] });
}

/** @throws {CloudFailure} kind `refused` when it holds anything: a group takes all that is in it along */
export async function removeEmptyGroup(session: AzureSession, id: string): Promise<void> {
  const name = id.split("/").at(-1);
  const listed = await findResource<{ value?: { id: string }[] }>(
    session,
    `list what is in resource group ${name}`,
    armUrl(`${id}/resources`, "groups"),
  );
  const inside = listed?.value ?? [];
  if (inside.length > 0) {
    throw new CloudFailure(
      "refused",
      `resource group ${name} still holds ${inside.length} things, ${inside[0]?.id.split("/").slice(7).join("/")} first; look at them, and delete the group by hand`,
    );
  }
  const what = `delete resource group ${name}`;
  await runOperation(session, what, { method: "DELETE", url: armUrl(id, "groups"), accept: [404] });
}
