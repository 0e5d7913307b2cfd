/** Points in a try at which it is interrupted: by the requests to its cloud, or by its output. */
import type { Cloud } from "../../facts/clouds";

export interface Point {
  readonly name: string;
  /** Given the lines of the clouds' log since the try began, and all its output. */
  readonly isTime: (log: string, said: string) => boolean;
}

const said = (name: string, pattern: RegExp): Point => ({ name, isTime: (_, text) => pattern.test(text) });
const asked = (name: string, pattern: RegExp): Point => ({ name, isTime: (log) => pattern.test(log) });

/** The same on every cloud. */
const BEFORE = said("making the stack", /^Trying /m);
const AFTER: readonly Point[] = [
  said("reading the outputs", /^Resources:/m),
  said("the search", /^Looking whether/m),
];

/** In the order in which a try reaches them. */
export const POINTS: Readonly<Record<Cloud, readonly Point[]>> = {
  aws: [
    BEFORE,
    asked("the upload", / aws ebs PutSnapshotBlock /),
    asked("registering", / aws ec2 RegisterImage /),
    asked("the copy", / aws ec2 CopyImage /),
    asked("reading a copy back", / aws ec2 CopyImage [^]* aws ebs GetSnapshotBlock /),
    said("verifying", / is genuine: try-/),
    asked("the teardown", / aws ec2 DeregisterImage /),
    ...AFTER,
  ],
  gcp: [
    BEFORE,
    asked("the bucket", / gcp \S*POST \/storage\/v1\/b\b/),
    asked("the upload", / gcp \S*(PUT|POST) \/upload\//),
    asked("the image", / gcp \S*POST \/compute\/v1\/projects\/[^/]+\/global\/images\b/),
    said("verifying", / is genuine: try-/),
    asked("the teardown", / gcp \S*DELETE \/compute\//),
    ...AFTER,
  ],
  azure: [
    BEFORE,
    asked("the group", / azure \S*PUT \/subscriptions\/[^/]+\/resourcegroups\/[^/ ]+ /i),
    asked("the gallery", / azure \S*PUT \S*\/galleries\/[^/ ]+ /i),
    asked("the upload", / azure \S*POST \S*\/begingetaccess /i),
    asked("the version", / azure \S*PUT \S*\/versions\//i),
    asked("reading a version back", / azure \S*PUT \S*\/versions\/[^]* azure \S*POST \S*\/begingetaccess /i),
    said("verifying", / is genuine: try-/),
    asked("the teardown", / azure \S*DELETE \S*\/versions\//i),
    ...AFTER,
  ],
  // Its services are no stand-ins, and write no line of what they are asked.
  openstack: [BEFORE, said("verifying", / is genuine: try-/), ...AFTER],
};
