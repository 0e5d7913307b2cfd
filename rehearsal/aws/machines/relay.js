// One connection of a guest's to its metadata service: QEMU starts this for each, with the connection as its standard input
// and output, and names the port on which the service listens.
const net = require("node:net");

const service = net.connect(Number(process.argv[2]), "127.0.0.1");
process.stdin.pipe(service);
service.pipe(process.stdout);
service.on("error", () => process.exit(1));
service.on("close", () => process.exit(0));
