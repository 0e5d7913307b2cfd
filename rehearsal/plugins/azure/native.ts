import { UNKNOWN } from "../../../facts/engine";
import { type Call, PartialFailure, type Properties, type ResourceHandler } from "../../../plugin/resource";
import { asObject } from "../properties";
import type { Arm } from "./arm";
import { checkInputs } from "./check";
import type { NativeType } from "./native-type";
import { diffInputs, refreshInputs } from "./diff";

/**
 * The real provider's default timeout: two hours for each operation, from its first request on (`azureContext` in
 * provider/pkg/provider/provider.go of pulumi/pulumi-azure-native, read 2026-11-29): a call that is never answered is
 * held as long. It retries 408, 429 and 5xx, and of the 409 only AnotherOperationInProgress; a DELETE with a 404
 * response is done (provider/pkg/azure/client_azcore.go, ditto).
 */
const TIMEOUT_SECONDS = 120 * 60;

/** Serves a type. `arm` throws before the provider is configured. */
export function native(type: NativeType, arm: () => Arm): ResourceHandler {
  const waitFor = (call: Call) => {
    const timeoutSeconds = call.timeoutSeconds || TIMEOUT_SECONDS;
    return { call, timeoutSeconds, over: AbortSignal.timeout(timeoutSeconds * 1000) };
  };
  const found = async (id: string): Promise<Properties | undefined> => {
    const body = await arm().get(id, type.apiVersion);
    return body && outputsOf(type, body);
  };

  return {
    computed: [],
    check: (inputs, call) => checkInputs(type, arm(), inputs, call),
    diff: (old, inputs) => diffInputs(type, old, inputs),

    plan(old, inputs) {
      const pathInputs = pathParameters(type);
      const given = Object.entries(inputs).filter(([key]) => key in type.inputs && !pathInputs.includes(key));
      const absent = Object.keys(type.inputs).filter(
        (key) => !pathInputs.includes(key) && inputs[key] === undefined,
      );
      const unknown = [...type.outputs, ...absent].map((key) => [key, UNKNOWN] as const);
      const stable = old && { name: old.outputs.name, location: old.outputs.location };
      return {
        ...Object.fromEntries([...unknown, ...given]),
        ...stable,
        azureApiVersion: inputs.azureApiVersion,
      };
    },

    async create(inputs, call) {
      const id = idOf(type, arm().subscription, inputs);
      const wait = waitFor(call);
      if (await arm().get(id, type.apiVersion, wait.over))
        throw new Error(`cannot create already existing resource '${id}'`);
      let begun = false;
      try {
        await arm().put(id, type.apiVersion, bodyOf(type, inputs), wait, () => (begun = true));
        const body = await arm().get(id, type.apiVersion);
        return { id: text(body?.id) || id, outputs: outputsOf(type, body ?? {}) };
      } catch (error) {
        if (!begun) throw error;
        const partial = await found(id).catch(() => undefined);
        throw new PartialFailure(id, partial ?? {}, [messageOf(error)]);
      }
    },

    async read(id, old) {
      const body = await arm().get(id, type.apiVersion);
      if (!body) return undefined;
      const outputs = outputsOf(type, body);
      const inputs =
        Object.keys(old.inputs).length > 0
          ? refreshInputs(type, old.inputs, old.outputs, outputs)
          : importedInputs(type, text(body.id) || id, outputs);
      return { id, inputs, outputs };
    },

    async update(id, old, inputs, call) {
      try {
        await arm().put(id, type.apiVersion, bodyOf(type, inputs), waitFor(call));
        return (await found(id)) ?? old.outputs;
      } catch (error) {
        const now = await found(id).catch(() => undefined);
        throw new PartialFailure(id, now ?? old.outputs, [messageOf(error)]);
      }
    },

    delete: (id, _old, call) => arm().delete(id, type.apiVersion, waitFor(call)),
  };
}

function pathParameters({ path }: NativeType): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

function idOf({ path }: NativeType, subscriptionId: string, inputs: Properties): string {
  const values: Properties = { ...inputs, subscriptionId };
  return path.replace(/\{(\w+)\}/g, (_match, name: string) => text(values[name]));
}

function bodyOf(type: NativeType, inputs: Properties): Properties {
  const body: Properties = {};
  const properties: Properties = {};
  const skipped = [...pathParameters(type), "azureApiVersion"];
  for (const [key, value] of Object.entries(inputs)) {
    if (key.startsWith("__") || skipped.includes(key)) continue;
    if (type.topLevel.includes(key)) body[key] = value;
    else properties[key] = value;
  }
  return Object.keys(properties).length > 0 ? { ...body, properties } : body;
}

/** Azure's response in the SDK's form: `properties` flattened, except where that is an output's own name. */
function outputsOf(type: NativeType, body: Properties): Properties {
  const { properties, ...rest } = body;
  const unpacked = type.outputs.includes("properties") ? { properties } : asObject(properties);
  const shown = Object.entries({ ...rest, ...unpacked }).filter(([key]) => key !== "id" && key !== "etag");
  return { ...Object.fromEntries(shown), azureApiVersion: type.apiVersion };
}

/** An import takes the names from the id and every input from the response. */
function importedInputs(type: NativeType, id: string, outputs: Properties): Properties {
  const names = pathParameters(type);
  const pattern = new RegExp(`^${type.path.replace(/\{\w+\}/g, "([^/]+)")}$`, "i");
  const values = pattern.exec(id)?.slice(1) ?? [];
  const fromPath = Object.fromEntries(names.map((name, index) => [name, values[index]]));
  delete fromPath.subscriptionId;
  const fromBody = Object.entries(outputs).filter(([key]) => key in type.inputs);
  return { ...Object.fromEntries(fromBody), ...fromPath, azureApiVersion: type.apiVersion };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
