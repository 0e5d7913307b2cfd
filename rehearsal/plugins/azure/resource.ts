import { randomBytes } from "node:crypto";
import {
  type Call,
  type CheckCall,
  containsUnknown,
  PartialFailure,
  type Properties,
  type ResourceHandler,
  UNKNOWN,
} from "../../../plugin/resource";
import { type Arm, OperationError } from "./arm";
import { diffInputs, followOutputs } from "./diff";
import { inputPart, membersOf, preview, problems, type Shape } from "./shape";
import { type AzureType, pathParameters } from "./types";

/** Inputs that the provider keeps for itself. */
const API_VERSION = "azureApiVersion";

/**
 * A resource of Azure's API with the real provider's rules (pulumi-azure-native, provider/pkg/provider/provider.go):
 * create and update are a PUT of everything, followed by a read; only a change of path or location replaces, the old
 * object first; `properties` is shown flat.
 */
export function azureResource(type: AzureType, arm: () => Arm): ResourceHandler {
  const parameters = pathParameters(type);
  const own = parameters.at(-1) ?? "";
  const body: Shape = { ...type.envelope, ...type.properties };
  const inputShape: Shape = {
    ...Object.fromEntries(parameters.map((name) => [`${name}!`, "string" as const])),
    ...body,
  };
  const outputShape: Shape = {
    ...body,
    [`${API_VERSION}=`]: "string",
    ...(type.nestedProperties && { "properties=": "any" as const }),
  };

  const idOf = (inputs: Properties) =>
    type.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      name === "subscriptionId" ? arm().settings.subscription : encodeURIComponent(String(inputs[name])),
    );

  const requestBody = (inputs: Properties): object => {
    const pick = (shape: Shape) =>
      Object.fromEntries(
        membersOf(shape).flatMap(({ name, output }) =>
          output || inputs[name] === undefined ? [] : [[name, inputs[name]]],
        ),
      );
    return {
      ...pick(type.envelope),
      ...(type.nestedProperties ? {} : { properties: pick(type.properties) }),
    };
  };

  const outputsOf = (answer: Properties): Properties => {
    const { properties, ...rest } = answer;
    const envelope = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== "id"));
    const flat = type.nestedProperties ? { properties } : (properties as Properties | undefined);
    return { ...envelope, ...flat, [API_VERSION]: type.apiVersion };
  };

  /** A PUT and the read after it. Work that fails later leaves the resource in the state as it is. */
  const put = async (
    id: string,
    inputs: Properties,
    call: Call,
  ): Promise<{ id: string; outputs: Properties }> => {
    try {
      await arm().run("PUT", id, type.apiVersion, call, requestBody(inputs));
    } catch (error) {
      if (!(error instanceof OperationError) && !call.signal.aborted) throw error;
      const found = await arm().find(id, type.apiVersion);
      if (!found) throw error;
      throw new PartialFailure(idIn(found, id), outputsOf(found), [(error as Error).message]);
    }
    const found = await arm().find(id, type.apiVersion);
    if (!found) throw new Error(`reading ${id} after it was written: it is not there`);
    return { id: idIn(found, id), outputs: outputsOf(found) };
  };

  return {
    computed: [],
    check: (given, call) => {
      const inputs = withDefaults(given, call, own, () => arm().settings.location);
      inputs[API_VERSION] ??= type.apiVersion;
      const checked = Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== API_VERSION));
      return { inputs, failures: problems(inputShape, checked).map((reason) => ({ property: "", reason })) };
    },
    diff: (old, inputs) => {
      const changes = diffInputs(old.inputs, inputs, [...parameters, "location"]);
      return { changes, deleteBeforeReplace: Object.values(changes).some(({ replace }) => replace) };
    },
    plan: (old, inputs) => ({
      ...preview(outputShape, inputs),
      ...(old ? { name: old.outputs.name, location: old.outputs.location } : {}),
    }),
    create: async (inputs, call) => {
      const id = idOf(inputs);
      if (await arm().find(id, type.apiVersion))
        throw new Error(`cannot create already existing resource '${id}'`);
      return put(id, inputs, call);
    },
    read: async (id, old) => {
      const found = await arm().find(id, type.apiVersion);
      if (!found) return undefined;
      const outputs = outputsOf(found);
      const now = inputPart(body, outputs);
      const inputs =
        Object.keys(old.inputs).length > 0
          ? followOutputs(old.inputs, inputPart(body, old.outputs), now)
          : { ...parametersOf(type, id), ...now, [API_VERSION]: type.apiVersion };
      return { id, inputs, outputs };
    },
    update: async (id, _old, inputs, call) => (await put(id, inputs, call)).outputs,
    delete: async (id, _old, call) => {
      if (await arm().find(id, type.apiVersion)) await arm().run("DELETE", id, type.apiVersion, call);
    },
  };
}

/** A name made up once, and the location of last time or of the provider's config. */
function withDefaults(
  given: Properties,
  call: CheckCall,
  own: string,
  location: () => string | undefined,
): Properties {
  const inputs: Properties = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  if (inputs[own] === undefined) {
    const seed = call.randomSeed.length >= 4 ? Buffer.from(call.randomSeed) : randomBytes(4);
    inputs[own] = call.oldInputs[own] ?? `${call.name}${seed.subarray(0, 4).toString("hex")}`;
  }
  inputs.location ??=
    call.oldInputs.location ??
    location() ??
    (containsUnknown(inputs.resourceGroupName) ? UNKNOWN : undefined);
  return inputs;
}

/** The path parameters that an id was made of. */
function parametersOf(type: AzureType, id: string): Properties {
  const values = id.split("/");
  const found = type.path.split("/").flatMap((part, index) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    return name && name !== "subscriptionId" ? [[name, values[index] ?? ""] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Azure's own spelling of the id, where it answers one. */
const idIn = ({ id }: Properties, asked: string) => (typeof id === "string" ? id : asked);
