/**
 * Words recorded from a cloud's messages: plain English and terms of the clouds. Anything else may be a name, and is
 * replaced. Generated from the words common to responses of the three clouds and their SDKs' documentation (2026-11).
 */
const LIST = `
a able about above absent accelerator accept acceptable acceptance accepted accepts access according account
accounts across action actions activate activated active activity actual actually adapter add added addition
additional additionally address addresses adds administrator advanced affect affected after again against
aggregated aggregation algorithm algorithms alias all allocation allow allowed allows alphanumeric already
also alternatively always amount an and announced another any api appear appears applicable application
applications applied applies apply appropriate architecture archive are arm array as ascending ascii assign
assigned assigning assigns associate associated associates association associations assume assumed
asymmetric asynchronous asynchronously at attach attached attaches attaching attachment attachments attempt
attempting attempts attribute attributes audit authentication authenticity authority authorization
authorized auto automatic automatically availability available aws azure back backed backend backing backup
balancer base based baseline basic basis batch be because become becomes been before beginning begins behalf
behavior being belong belongs below best between billing binding bindings bit bits blank blob blobs block
blocked blocks body boolean boot both boundary brackets branch breaking brief bucket buckets built but by
byte bytes calculated call called caller calls can cancel canceled cancelled cancelling cannot capacity
captured case cases categories category cause center certain certificate chain change changed changes
changing character characters charge charges check checks checksum checksums child choose chose chosen
claims class classic clear cli client clock closed cloud cloudformation cloudwatch cluster code codes
collection combination combined come comma command commands commas communicate community comparison
compatible complete completed completes completion compliance compliant component compute concepts condition
conditional conditions config configuration configurations configure configured configuring conflict
conflicts connect connected connecting connection connections connectivity consider considered consistency
console constraint constraints consumer contact contain contained container containing contains content
context continue continues control controls conversion copied copies copy core correct correspond
corresponding cost costs could count counts cpu create created creates creating creation credentials
criteria critical cron cross current currently custom customer dashes data database date dates day days
decisions decrypt default defaults define defined defines definition definitions delay delegated delete
deleted deletes deleting deletion delivered delivery demand denied deny depending depends deprecate
deprecated deprecation deprovisioning depth der deregister deregistered deregistration describe described
describes describing description descriptions descriptive designated designed destination detail detailed
details detected determine determined determines developer device devices did differ different digest digit
dimensions direct directory disable disabled disabling disassociate disconnected disk disks displayed
displays distribution dns do document does doesn domain domains don double down download drive due duplicate
duration during each earliest east editor effect effective either elastic element elements empty ena enable
enabled enables enabling enclave enclaves encoded encoding encountered encrypt encrypted encryption encrypts
end ended ending endpoint endpoints ends enforce enforced enhanced enough ensure ensures ensuring enter
entered enters entire entity entries entry enum env environment epoch equal equals error errors establish
established establishing even event events eventual every everything exact exactly exceed exceeded exceeds
except exception exceptions exchange exclude exist existing exists expected expiration expire expired
expires explicit explicitly export exported exports expression extended external factor fail failed failing
fails failure false families family fast fault feature features federated feed fewer field fields file files
filled filter filtered filtering filters final find finding findings fingerprint fips first five fix fixed
fleet followed following follows for forbidden force forces form format formats formatted forward found free
from fulfill fulfilled full fully function further future galleries gallery gateway gcm general generate
generated generation get gets gib give given global google grant grants greater group groups guarantee guide
handles hardware has hashed hasn have having header headers health help helps here hierarchy high higher
highest history host hosted hostname hour hours how however hypervisor i iam iana idempotency idempotent
identification identified identifier identifies identify identifying identity idp ids if ignore ignored
ignores image images immediately impact import important imported importing in inbound include included
includes including increase increments incur index indicate indicates indicating individual information
informational inherit inherited initialize initialized initiated initiating input inside inspect
installation installs instance instances instead insufficient integer integrated integration intended
interchangeably interface interfaces internal internet interrupted interval into invalid iops ipv is isn iso
issuer issues it items its just keeps kernel key keys kms known label lambda large larger largest last later
latest launch launched launches layer least leave legacy length lengths less letters level levels license
life lifetime like likely limit limited limits line link linked links list listed listener listing lists
load local located location locations locked log logged logging logical logs long longer longest loss low
lower mac machine made main maintain maintenance make making malformed manage managed management manager
manages managing manual manually manufacturer map mapped mapping mappings maps marked match matched matches
matching material max maximum maxresults may meaning means medium meet meets member members memory message
messages metadata method mib microsoft might min minimum minute minutes missing mode modes modifications
modified modifies modify modules monitor monitoring month more most move moving multi multiple must name
names namespace naming narrow native need needs neither nested network networking new next nexttoken nitro
nitrotpm no nodes non noncompliant none normal north not note notfound notification notifications null
number numbers nvme oauth object objects obsolete occurred occurs of off offered oidc omit omitted on once
one only open openid operating operation operations operator opt opted optimizing option optional options or
order org organization organizational organizationarn organizations organize origin original originally
other otherwise ous out outbound outpost outposts output outside over overall override overrides overview
overwrite own owner owners ownership owns package page pages pagination paid pair pairs parameter parameters
parent part particular partition partitions party pass passed password past path pattern patterns peer
pending per percentage perform performance performed performs period periods permanently permission
permissions permit permitted persisted persistent persists place plain platform point points policies policy
pool pools port ports position possible posture pre precedence precondition preference preferences preferred
prefix prefixes premises prerequisites present preserved preserving presigned prevents previous previously
primary principal principals priority private privatelink problems process processed processing product
production profile progress project projects propagation properties property protect protection protocol
provide provided provider providers provides providing provisioned proxy public publicly publish published
purpose purposes put python query quota quotas ram random range ranges rate raw reach reached read ready
real reason reboot rebooted receive received receives recent recently recommend recommended reconnect record
recover recovery red reduce reduces reference referenced references referencing reflects regardless region
regional regions register registered registerimage registers registration registry reject rejected rejecting
related release released relies remain remaining remains remove removed removes replace replacement replaces
replica replicas replicated replication report reported reporting reports represented represents request
requested requester requesting requests require required requirements requires reserved reset resolve
resource resources resourcetype resourcetypes respond response responses rest restore restrict restricted
restrictions result resulting results retain retention retrieve retrieved retrieving retry return returned
returns reverting revoked rfc risk role roles root rootdevicename rounds route rule rules run runinstances
running runs same saml sample satisfy scale scan schedule scheduled scope scopes sdk search searching second
seconds secret secrets section secure security see seen select selected selecting selection self send
sending sends sensitive sent separate separated serial server servers serves service services session
sessions set sets setting settings several severity shape share shared sharing shell short should shows
shutdown shutting side signal signature signed signing signs simple simultaneously since single site size
sizes skipped slashes smaller snapshot snapshotid snapshots sns so some source sources space spaces specific
specification specified specifies specify specifying split stack standard start started starting starts
state statement statereason states static status statuses still stop stopped stopping stops storage store
stored stores storing strategies stream string strings structure sub subfolder submit submitted subnet
subnets subscription subscriptions subsequent subset succeed succeeded succeeds success successful
successfully such sufficient summary supplied support supported supports sure symmetric synchronize
synchronized system systems tab table tag tagging tags take taken tar target targeted targeting targets task
tasks tcp template templates temporary tenant tenants term terminate terminated terminates terminating terms
text than that the their them then there therefore these they third this those three throttled throttling
through throughput throws tier tiers time timeout timeouts times timestamp title to together token tokens
tool tools top topic total tpmsupport track tracking traffic transfer true trust try turn two type types
uefi unable unauthenticated unauthorized unavailable unblocked under underlying underscores understand
understanding unicode unique unit units unix unknown unless unregistered unspecified unsuccessful
unsupported until unused up update updated updates updating upload uploaded url us usable usage
usageoperation use used user userid users uses using utc utf valid validation value values variable vary
vault vendor verification verified verify version versions vhd view viewing violated virtual virtualization
visible visit volume volumes volumesize vpc wait waiting waits want warning was way we web website were west
what when where whether which while who whole whose why wiki wikipedia wildcard will window with within
without won work working workload works would written years yet you your yyyy zero zone zones
`;

export const WORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/));
