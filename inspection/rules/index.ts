import type { Rule } from "../rule";
import { passwords, superusers } from "./accounts";
import { bootLoader, espSound, kernel, serialConsole } from "./boot";
import { bootArguments, bootsInspectedRoot } from "./boot-line";
import { datasources } from "./datasources";
import { authorizedKeys, hostKeys, privateKeys } from "./keys";
import { cloudInitState, leftoverCaches, leftoverLogs } from "./leftovers";
import { packageOrigin } from "./origin";
import { installedSize, packageArchitecture, packageAreas, packageStates } from "./packages";
import { partitionsSeen } from "./partitions";
import { credentials, machineId, randomSeeds, shellHistories } from "./secrets";
import { packageSources } from "./sources";
import { sshAsDeclared } from "./ssh";
import { unattendedUpgrades } from "./upgrades";

/** Raised when a rule is added, removed or changes its meaning; written into every report and record. */
export const POLICY_VERSION = 3;

/** All rules, in the order of a report: does it boot, what is in it, what must not be in it, how it behaves. */
export const RULES: readonly Rule[] = [
  espSound,
  bootLoader,
  partitionsSeen,
  kernel,
  serialConsole,
  bootsInspectedRoot,
  bootArguments,
  packageAreas,
  packageOrigin,
  packageSources,
  packageArchitecture,
  packageStates,
  installedSize,
  hostKeys,
  authorizedKeys,
  privateKeys,
  passwords,
  superusers,
  machineId,
  randomSeeds,
  shellHistories,
  credentials,
  leftoverCaches,
  leftoverLogs,
  cloudInitState,
  datasources,
  unattendedUpgrades,
  sshAsDeclared,
];
