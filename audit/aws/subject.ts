/** The subject of a finding about an image. */
import type { Subject } from "../finding";
import type { ExpectedImage } from "./expectations";

export function imageSubject({ region, id, release }: ExpectedImage): Subject {
  return { cloud: "aws", region, release, object: { kind: "image", id } };
}
