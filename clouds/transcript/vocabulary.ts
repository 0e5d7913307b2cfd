/**
 * Names and values recorded verbatim: those defined by the clouds, never by a user. Anything else is replaced by a
 * pseudonym or omitted: a field or header that a cloud adds later leaks nothing.
 */

/** Fields whose values are a cloud's own words: states, kinds, codes. In lower case. */
const ENUMERATIONS = new Set(
  `access action aggregatedstate algorithm architecture arrivalstate attribute bootmode checksumaggregationmethod
  checksumalgorithm code containertype createoption dataaccessauthmode datatype devicename diskstate errorcode
  httperrormessage hypervisor hypervgeneration imagestate imagetype instancestate instancetype keyspec keystate keyusage
  kind kty crv location locationtype messagetype networkaccesspolicy networkinterfacetype operation operationtype
  optinstatus osstate ostype permissions platform platformdetails productcode progress provisioningstate
  publicaccessprevention publicnetworkaccess reason region regionname registrationstate replicationmode resourcetype
  role rootdevicename rootdevicetype sharingstatus signingalgorithm signingalgorithms snapshotblockpublicaccessstate
  imageblockpublicaccessstate sourceregion sourcetype ssetype sourceimageregion state status storageaccounttype storageclass
  storagelocations storagetier storage tier tpmsupport imdssupport type usageoperation usergroup version
  virtualizationtype volumetype __type alg key_ops datalocations publiccloud`
    .trim()
    .split(/\s+/),
);

/** The same by path (lower case, without indices), where the field's name is ambiguous. */
const ENUMERATION_PATHS = [
  /(^|\.)sku\.name$/,
  /(^|\.)features\.(name|value)$/,
  /(^|\.)targetregions\.name$/,
  /^filters?\.name$/,
  /^parameterfilters\.(key|option)$/,
  /(^|\.)guestosfeatures\.type$/,
  /(^|\.)(errors|details)\.domain$/,
];

/** Numbers that identify no person or account. By whole names: `account` ends in `count`. */
const NUMBERS = new Set(
  `archivesizebytes blockindex blocksize bytes changedblockscount code count datalength disksizebytes disksizegb durationinseconds end
  excesscount firstchangedblock fullsnapshotsizeinbytes httperrorstatuscode httpstatuscode length maxresults maxsize
  pagesize progress regionalreplicacount replicacount size sizeingb start startingblockindex status storageaccountreplicacount timeout
  uploadsizebytes version volumesize volumesizeingib`
    .trim()
    .split(/\s+/),
);

/** Fields that hold sentences. */
const SENTENCES = new Set([
  "message",
  "errormessage",
  "detail",
  "details",
  "statusmessage",
  "error_description",
]);

/** Values that identify no person or account, in any field. */
const VALUES = new Set(
  `true false all self allUsers allAuthenticatedUsers pending running shutting-down stopping stopped terminated available
  completed error machine x86_64 arm64`
    .trim()
    .split(/\s+/),
);

/** Maps with user-defined keys: their keys are replaced too, except this project's own. */
const FREE_MAPS = new Set(
  `tags labels metadata annotations attributes parameters properties.metadata userassignedidentities pulumilabels
  effectivelabels terraformlabels resourcemanagertags customproperties context limits`
    .trim()
    .split(/\s+/),
);

/** Fields that hold the key of a tag. */
const TAG_KEYS =
  /(^|\.)(tag|tags|tagset|tagkeys|tagspecification\.tag|tagspecificationset\.tags)\.key$|^tagkeys$/;

/** Words in the paths of the clouds' APIs and in ids that are paths. */
const PATH_WORDS = new Set(
  `subscriptions resourcegroups providers microsoft.compute microsoft.storage microsoft.keyvault microsoft.resources
  microsoft.features microsoft.authorization locks galleries images versions disks snapshots blocks changedblocks completion begingetaccess
  endgetaccess projects global zones regions operations families family compute storage v1 beta upload b o iam
  testiampermissions testpermissions setiampolicy getiampolicy deprecate setlabels locations publickey keys sign
  keyrings cryptokeys cryptokeyversions sharedgalleries communitygalleries virtualmachines usages skus share resources
  diskoperations operationstatuses operationresults locationusages features register permissions providers tagnames
  licenses asymmetricsign listaccesskeys roles user role assumed-role root alias key image instance snapshot volume
  parameter organization ou o- group rewriteto compose copyto getfromfamily`
    .trim()
    .split(/\s+/),
);

/** Query parameters recorded with their values if these are a cloud's own words, otherwise without. */
const QUERY_VALUES = new Set(
  `api-version comp alt uploadtype pagesize maxresults maxsize snapshotid fields expand $expand requestid
  resulttype view operationtype projection`
    .trim()
    .split(/\s+/),
);

/** Recorded headers: `word` verbatim, `text` in the form of their value, `link` in that of a link. */
export const HEADERS: Readonly<Record<string, "word" | "text" | "link">> = {
  "content-type": "word",
  "content-length": "word",
  "content-range": "word",
  "content-md5": "text",
  "retry-after": "word",
  "x-amz-target": "word",
  "x-amz-data-length": "word",
  "x-amz-progress": "word",
  "x-amz-checksum": "text",
  "x-amz-checksum-algorithm": "word",
  "x-amz-checksum-aggregation-method": "word",
  "x-amz-changedblockscount": "word",
  "x-amzn-errortype": "word",
  "x-goog-hash": "text",
  "x-upload-content-type": "word",
  "x-upload-content-length": "word",
  range: "word",
  location: "link",
  "azure-asyncoperation": "link",
  etag: "text",
  "x-ms-version": "word",
  "x-ms-page-write": "word",
  "x-ms-range": "word",
  "x-ms-error-code": "word",
  "x-ms-blob-content-length": "word",
  "x-ms-blob-type": "word",
  "x-ms-ratelimit-remaining-resource": "word",
  "x-ms-failure-cause": "word",
  "www-authenticate": "text",
};

/** Public hosts. */
const HOSTS =
  /^(management\.(azure\.com|core\.windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|(www|compute|storage|cloudkms)\.googleapis\.com|(ec2|ebs|ssm|kms|sts)\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?)$/;

export const isEnumeration = (at: string): boolean =>
  ENUMERATIONS.has(lastOf(at)) || ENUMERATION_PATHS.some((pattern) => pattern.test(at));
export const isNobodys = (value: string): boolean => VALUES.has(value);
export const isNumber = (at: string): boolean => NUMBERS.has(lastOf(at));
export const isSentence = (at: string): boolean => SENTENCES.has(lastOf(at));
export const isFreeMap = (at: string): boolean => FREE_MAPS.has(lastOf(at));
export const isTagKey = (at: string): boolean => TAG_KEYS.test(at);
export const isPathWord = (segment: string): boolean => PATH_WORDS.has(segment.toLowerCase());
export const isQueryName = (name: string): boolean => QUERY_VALUES.has(name.toLowerCase());
export const isPublicHost = (host: string): boolean => HOSTS.test(host);

/** True for a tag or label of this project, and for the one that consoles show. */
export const isOwnKey = (key: string): boolean =>
  /^imprimatur[:-](product|release|digest|stack|upload|boot-check|verify|verify-by)$/.test(key) ||
  key === "Name";

function lastOf(at: string): string {
  return at.slice(at.lastIndexOf(".") + 1);
}
