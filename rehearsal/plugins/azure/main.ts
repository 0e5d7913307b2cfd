import { servePlugin } from "../../../plugin/server";
import { azurePlugin } from "./plugin";

void servePlugin(azurePlugin());
