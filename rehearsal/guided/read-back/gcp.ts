import { BLOCK_SIZE } from "../../../facts/units";
import type { PublishedImage } from "../outputs";
import { type BlockDigests, digestsOf } from "./blocks";

/**
 * The bytes of a Compute Engine image. Google only gives them to a machine that boots it, so this uses the stand-in's
 * own addition (docs/rehearsal-gcp.md).
 */
export async function readGcpImage(
  env: Record<string, string>,
  { id }: PublishedImage,
): Promise<BlockDigests> {
  const [, project, , , image] = id.split("/");
  const at = `${env["STORAGE_EMULATOR_HOST"]}/rehearsal/images/${project}/${image}`;
  const get = async (url: string, range?: string) => {
    const headers = { authorization: `Bearer ${env["ADMINISTRATOR_GCP_TOKEN"]}`, ...(range && { range }) };
    const answer = await fetch(url, { headers });
    if (!answer.ok) throw new Error(`${id}: reading its bytes back was answered with ${answer.status}`);
    return answer;
  };
  const listed = (await (await get(`${at}/blocks`)).json()) as { size: number; blocks: [number, string][] };
  return digestsOf(
    listed.blocks.map(([index]) => index),
    async (index) => {
      const start = index * BLOCK_SIZE;
      const last = Math.min(start + BLOCK_SIZE, listed.size) - 1;
      return Buffer.from(await (await get(`${at}/disk.raw`, `bytes=${start}-${last}`)).arrayBuffer());
    },
  );
}
