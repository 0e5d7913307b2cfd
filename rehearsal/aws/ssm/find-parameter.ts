import type { Call } from "../call";
import { findImage, imageState } from "../ec2/find-image";
import { AwsError } from "../protocol/errors";
import type { Parameter } from "../state/records";

export function keyOf(name: string, call: Call): string {
  return `${call.account.id}/${call.region}/${name}`;
}

/** The caller's parameter of that name, after all checks due by now. */
export function lookUp(name: string, call: Call): Parameter | undefined {
  const parameter = call.world.parameters.get(keyOf(name, call));
  if (!parameter?.checking || call.world.now() < parameter.checking.at) return parameter;
  return settle(parameter, call);
}

/** All of the caller's parameters in the region that have a value. */
export function listParameters(call: Call): Parameter[] {
  const prefix = keyOf("", call);
  return [...call.world.parameters.entries()]
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([key]) => lookUp(key.slice(prefix.length), call) ?? [])
    .filter((parameter) => parameter.versions.length > 0);
}

/**
 * A parameter with a value.
 *
 * @throws AwsError ParameterNotFound
 */
export function findParameter(name: string, call: Call): Parameter {
  const parameter = lookUp(name, call);
  if (!parameter || parameter.versions.length === 0) throw new AwsError("ParameterNotFound", "");
  return parameter;
}

/**
 * An `aws:ec2:image` value is validated after PutParameter returns: a value that is not an available image of the
 * region never becomes a version, and the caller is not notified
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html).
 */
function settle(parameter: Parameter, call: Call): Parameter | undefined {
  const { checking, ...rest } = parameter;
  const key = keyOf(parameter.name, call);
  if (checking && isImage(checking.value, call)) {
    const version = (parameter.versions.at(-1)?.version ?? 0) + 1;
    const settled = {
      ...rest,
      versions: [...parameter.versions, { version, value: checking.value, at: checking.since }],
    };
    call.world.parameters.set(key, settled);
    return settled;
  }
  if (parameter.versions.length === 0) {
    call.world.parameters.delete(key);
    return undefined;
  }
  call.world.parameters.set(key, rest);
  return rest;
}

function isImage(id: string, call: Call): boolean {
  try {
    return imageState(findImage(id, call), call) === "available";
  } catch {
    return false;
  }
}
