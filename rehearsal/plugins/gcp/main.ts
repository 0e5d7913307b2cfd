import { servePlugin } from "../../../plugin/server";
import { gcpPlugin } from "./plugin";

void servePlugin(gcpPlugin());
