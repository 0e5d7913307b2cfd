import { isIntact } from "../owned-files";
import { isOwn } from "../own-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { startLines } from "../units";

/** Programs that give a remote shell, apart from sshd, which has its own rules. */
const SHELLS =
  /(^|[\s/=@+!:-])(in\.telnetd|telnetd|in\.rshd|rshd|in\.rlogind|rlogind|rexecd|dropbear|dropbearmulti|tinysshd|ttyd|shellinaboxd|gotty|wetty|vsftpd|proftpd|tmate|sslh|cloudflared|ngrok|frpc|chisel)(\s|$)/;
/** A shell bound to the network: with bash, netcat, socat and the like. */
const BOUND =
  /\/dev\/(tcp|udp)\/|\b(nc|ncat|netcat|nc\.(traditional|openbsd))\b.*\s-\w*[ec]\b|\bsocat\b.*\b(exec|system):/i;
/** agetty(8): automatic login, or another login program. */
const AUTOLOGIN =
  /\bm?a?getty\b.*(\s--autologin\b|\s-a[\s\w]|\s--skip-login\b|\s-n\b|\s--login-program\b|\s-l[\s/])/;
const LOGIN_FORCED = /(^|[\s/=-])login\s+(.*\s)?-f\b/;
/** systemd.exec(5): a shell in place of a login prompt. */
const CONSOLE_SHELL =
  /^Exec(Start|StartPre|StartPost)\s*=\s*[-@:+!]*(\/usr)?\/s?bin\/(ba|da|z|k|a)?sh\s*(-[il]+\s*)?$/;

export const services: Rule = {
  id: "services",
  severity: "error",
  title: "No service gives a shell without asking who it is",
  reason:
    "A console that is logged in by itself, or a second server, lets in whoever finds it, without any key.",
  cure: "Remove the unit, the drop-in or the job.",
  limits:
    "Programs that are no shells and become one by their settings; what a script starts that a unit names.",
  check(image, expected) {
    return startLines(rootOf(image))
      .filter(({ file }) => !isOwn(expected, file) && !isIntact(image, file))
      .flatMap(({ file, line }): Finding[] => {
        const say = (message: string) => [{ message: `${message}: ${line}`, where: file }];
        if (AUTOLOGIN.test(line) || LOGIN_FORCED.test(line)) return say("logs somebody in by itself");
        if (BOUND.test(line)) return say("gives a shell to the network");
        // Debian's debug-shell, emergency and rescue units authenticate themselves, or are not started.
        if (CONSOLE_SHELL.test(line) && !/\/(debug-shell|emergency|rescue)\.service$/.test(file)) {
          return say("gives a shell to a console");
        }
        if (/^Exec|^[^=]*\s\//.test(line) && SHELLS.test(line)) return say("starts another server than sshd");
        if (/SYSTEMD_SULOGIN_FORCE=(1|yes|true|on)/i.test(line))
          return say("gives a shell without a password");
        return [];
      });
  },
};
