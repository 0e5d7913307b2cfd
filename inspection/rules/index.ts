import type { Rule } from "../rule";
import { accountRights } from "./account-rights";
import { packageHolds } from "./apt-holds";
import { archiveKeys, aptSettingsRule } from "./apt-trust";
import { passwords, superusers } from "./accounts";
import { bootLoader, espSound, kernel, serialConsole } from "./boot";
import { bootArguments, bootsInspectedRoot } from "./boot-line";
import { cloudInitActions } from "./cloud-init-actions";
import { datasources } from "./datasources";
import { certificates } from "./certificates";
import { homes } from "./homes";
import { libraries } from "./libraries";
import { hostsOptions, namesAndProxies } from "./names";
import { authorizedKeys, hostKeys, privateKeys } from "./keys";
import { espPrograms } from "./esp-programs";
import { fileRights } from "./file-rights";
import { cloudInitState, leftoverCaches, leftoverLogs } from "./leftovers";
import { packageOrigin } from "./origin";
import { packageFiles } from "./package-files";
import { installedSize, packageArchitecture, packageAreas, packageStates } from "./packages";
import { pamStacks } from "./pam";
import { partitionsSeen } from "./partitions";
import { credentials, machineId, randomSeeds, shellHistories } from "./secrets";
import { packageSources } from "./sources";
import { services } from "./services";
import { sshAsDeclared } from "./ssh";
import { sudoRules } from "./sudo";
import { swapPartitions } from "./swap";
import { settingCommands } from "./setting-commands";
import { systemCredentials } from "./system-credentials";
import { unownedFiles } from "./unowned-files";
import { deletedSecrets, unusedSpace } from "./unused-space";
import { unattendedUpgrades } from "./upgrades";

/** All rules, in report order: bootability, content, forbidden content, behaviour. */
export const RULES: readonly Rule[] = [
  espSound,
  bootLoader,
  partitionsSeen,
  kernel,
  serialConsole,
  bootsInspectedRoot,
  bootArguments,
  espPrograms,
  swapPartitions,
  packageAreas,
  packageOrigin,
  packageSources,
  archiveKeys,
  aptSettingsRule,
  packageHolds,
  packageArchitecture,
  packageStates,
  installedSize,
  packageFiles,
  unownedFiles,
  fileRights,
  hostKeys,
  authorizedKeys,
  privateKeys,
  passwords,
  superusers,
  accountRights,
  sudoRules,
  pamStacks,
  systemCredentials,
  machineId,
  randomSeeds,
  shellHistories,
  credentials,
  deletedSecrets,
  unusedSpace,
  leftoverCaches,
  leftoverLogs,
  cloudInitState,
  datasources,
  cloudInitActions,
  unattendedUpgrades,
  sshAsDeclared,
  services,
  homes,
  libraries,
  certificates,
  namesAndProxies,
  hostsOptions,
  settingCommands,
];
