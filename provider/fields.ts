/** The kinds of properties that several resources have. */
import { z } from "zod";

export const text = z.string();
export const flag = z.boolean();
export const number = z.number();
export const texts = z.array(text);
/** Tags, labels, metadata. */
export const byName = z.record(text, text);
/** Blocks that had arrived when an upload was interrupted. */
export const checkpointGroups = z.array(z.object({ blocks: text, checksum: text }));
