/** Sets an SSM parameter that refers to an AMI, and waits until AWS returns the new value. */
import { TAG } from "../../facts/tags";
import { CloudFailure, failedWith } from "../failure";
import { describeDouble } from "../owner";
import { wait } from "../retry";
import { describeImage } from "./api/images";
import {
  addParameterTags,
  createParameter,
  deleteParameter,
  describeParameters,
  getParameter,
  type NewParameter,
  overwriteParameter,
  parameterTags,
  removeParameterTags,
} from "./api/parameters";
import { ifPresent, type Session } from "./api/session";

interface SeenPointer {
  /** The AMI that users get. */
  readonly imageId: string;
  readonly description: string;
  readonly tags: Record<string, string>;
  /** Contains the account. */
  readonly arn: string;
}

interface Wanted extends NewParameter {
  /** Value of the tag `imprimatur:stack` on this stack's objects. */
  readonly stack: string;
  /** The parameter as this stack left it; absent: this stack has no record of creating it. */
  readonly before?: { readonly tags: Record<string, string> };
}

/** The value was accepted, but AWS has not returned it (yet): the parameter's content is uncertain. */
export class PointerUnsettled extends Error {
  override name = "PointerUnsettled";
}

/**
 * Milliseconds allowed for AWS to validate a value. The native resource allows two minutes for a new parameter
 * (`resourceParameterRead` of terraform-provider-aws v6, internal/service/ssm/parameter.go, read 2026-11); no longer
 * duration is recorded.
 */
const CHECK_LIMIT = 5 * 60_000;
const FIRST_POLL = 250;
const LONGEST_POLL = 5_000;

/** `undefined`: there is no such parameter, or none with a value yet. */
export async function seePointer(session: Session, name: string): Promise<SeenPointer | undefined> {
  const found = await ifPresent(getParameter(session, name));
  if (!found) return undefined;
  const [[described], tags] = await Promise.all([
    describeParameters(session, { names: [name] }),
    parameterTags(session, name),
  ]);
  return tags && { imageId: found.value, arn: found.arn, description: described?.Description ?? "", tags };
}

/**
 * Sets the parameter to the image, and waits until AWS returns it: PutParameter returns before AWS has validated that
 * the value is an image of the region, and a value that fails validation is dropped silently (Systems Manager User
 * Guide, "Native parameter support for AMI IDs", read 2026-11). Always sent, even if the current value is the wanted
 * one: an earlier value may still be in validation, and take effect later.
 *
 * @returns its ARN
 * @throws {CloudFailure} `refused`: the name belongs to a parameter of another stack, or one not created by this
 * project
 * @throws {PointerUnsettled} AWS did not return the value
 */
export async function setPointer(session: Session, wanted: Wanted, limit = CHECK_LIMIT): Promise<string> {
  const { name, tags } = wanted;
  const list = () => parameterTags(session, name);
  let have = await list();
  if (have === undefined) {
    try {
      await createParameter(session, wanted);
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.code !== "ParameterAlreadyExists") throw error;
      have = (await list()) ?? {};
    }
    if (have === undefined) return shown(session, wanted, limit);
  }
  refuseForeign(session, wanted, have);
  if (!wanted.before) await refuseDouble(session, wanted);
  await overwriteParameter(session, wanted);
  const arn = await shown(session, wanted, limit);
  const set = Object.fromEntries(Object.entries(tags).filter(([key, value]) => have[key] !== value));
  const gone = Object.keys(wanted.before?.tags ?? {}).filter((key) => key in have && !(key in tags));
  if (Object.keys(set).length > 0) await addParameterTags(session, name, set);
  if (gone.length > 0) await removeParameterTags(session, name, gone);
  return arn;
}

/** Deletes the parameter; an absent one is accepted. @param arn as in the state; "": unknown */
export async function deletePointer(session: Session, name: string, arn: string): Promise<void> {
  const found = await ifPresent(getParameter(session, name));
  if (found && arn !== "" && found.arn !== "" && found.arn !== arn) {
    throw new CloudFailure(
      "refused",
      `the parameter ${name} in ${session.region} is ${found.arn}, and this stack made ${arn}`,
      { cure: "use the credentials of the account that publishes" },
    );
  }
  await ifPresent(deleteParameter(session, name));
}

/**
 * A parameter in the state may have lost its tags. One that is not in the state is ours only if its tag says so: a
 * killed create left it.
 */
function refuseForeign(
  { region }: Session,
  { name, stack, before }: Wanted,
  have: Record<string, string>,
): void {
  const owner = have[TAG.stack];
  if (owner === stack || (before && (owner === undefined || owner === before.tags[TAG.stack]))) return;
  throw new CloudFailure(
    "refused",
    `the parameter ${name} in ${region} is there already, and ${pointerOwner(owner)}`,
    { cure: "change `pointers` in imprimatur:aws, or delete it if it may go" },
  );
}

/**
 * A parameter with this stack's tag that the state never had: a killed create left it, with the wanted value. With
 * another image that still exists, it is the pointer of a stack of the same name in another backend.
 */
async function refuseDouble(session: Session, { name, value, stack }: Wanted): Promise<void> {
  const found = await ifPresent(getParameter(session, name));
  if (!found || found.value === value) return;
  if ((await describeImage(session, found.value)) === undefined) return;
  throw new CloudFailure(
    "refused",
    `the parameter ${name} in ${session.region} is there already, and leads users to ${found.value}; it is one ${describeDouble(stack)}`,
    { cure: "or change `pointers` in imprimatur:aws" },
  );
}

/** @param owner value of its tag `imprimatur:stack` */
export function pointerOwner(owner: string | undefined): string {
  return owner === undefined ? "this stack did not make it" : `the stack ${owner} made it`;
}

async function shown(session: Session, wanted: Wanted, limit: number): Promise<string> {
  try {
    return await untilShown(session, wanted, limit);
  } catch (error) {
    throw new PointerUnsettled(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Waits until GetParameter returns the wanted value. */
async function untilShown(session: Session, wanted: Wanted, limit: number): Promise<string> {
  const { name, value } = wanted;
  let waited = 0;
  let last = "nothing";
  for (let pace = FIRST_POLL; ; pace = Math.min(LONGEST_POLL, pace * 2)) {
    try {
      const found = await getParameter(session, name);
      if (found.value === value) return found.arn;
      last = found.value;
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
    }
    if (waited >= limit) {
      throw new CloudFailure(
        "refused",
        `the parameter ${name} in ${session.region} holds ${last} and not ${value}, ${Math.round(limit / 60_000)} minutes after it was set`,
        {
          cure: `AWS takes only the id of an available image of ${session.region} that these credentials may describe (ec2:DescribeImages): look at ${value}, then run \`pulumi up\` again`,
        },
      );
    }
    session.status(`${name}: AWS checks ${value}`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
  }
}
