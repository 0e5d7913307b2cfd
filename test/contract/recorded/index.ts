import type { CloudName, Exchange } from "../exchange";
import { EBS } from "./aws/ebs";
import { EC2 } from "./aws/ec2";
import { OTHERS } from "./aws/others";
import { DISKS } from "./azure/disks";
import { GALLERIES } from "./azure/galleries";
import { SERVICES } from "./azure/services";
import { COMPUTE } from "./gcp/compute";
import { STORAGE } from "./gcp/storage";

/** All recorded exchanges, by cloud. */
export const RECORDED: Readonly<Record<CloudName, readonly Exchange[]>> = {
  aws: [...EBS, ...EC2, ...OTHERS],
  gcp: [...COMPUTE, ...STORAGE],
  azure: [...DISKS, ...GALLERIES, ...SERVICES],
};
