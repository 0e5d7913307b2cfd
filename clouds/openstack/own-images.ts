/** Images with this program's properties, in the project of the credentials. */
import { LABEL } from "../../facts/tags";
import { type GlanceImage, listImages } from "./api/images";
import { identify, type OpenstackSession } from "./api/session";

export interface OwnImages {
  readonly product: string;
  readonly stack: string;
  readonly release?: string;
  /** `sha256:…` */
  readonly digest?: string;
  readonly name?: string;
}

/** Hidden ones too, which a list leaves out unless it is asked for them. */
export async function findOwnImages(session: OpenstackSession, wanted: OwnImages): Promise<GlanceImage[]> {
  const { project } = await identify(session);
  const filter = {
    owner: project.id,
    [LABEL.product]: wanted.product,
    [LABEL.stack]: wanted.stack,
    ...(wanted.release !== undefined && { [LABEL.release]: wanted.release }),
    ...(wanted.digest !== undefined && { [LABEL.digest]: wanted.digest }),
    ...(wanted.name !== undefined && { name: wanted.name }),
  };
  const found = await Promise.all(
    ["false", "true"].map((hidden) => listImages(session, { ...filter, os_hidden: hidden })),
  );
  return found.flat();
}
