/** Programs outside npm that tests may use. */
export const TOOLS = [
  'chromium',
  'gcc',
  'mosquitto_pub',
  'mosquitto_rr',
  'mosquitto_sub',
  'nc',
  'script',
  'strace',
] as const;

export type Tool = (typeof TOOLS)[number];

/** The names a program goes by, best first. */
export const COMMANDS_BY_TOOL: Readonly<Record<Tool, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  gcc: ['gcc', 'cc'],
  mosquitto_pub: ['mosquitto_pub'],
  mosquitto_rr: ['mosquitto_rr'],
  mosquitto_sub: ['mosquitto_sub'],
  nc: ['nc', 'ncat'],
  script: ['script'],
  strace: ['strace'],
};

/** The command that installs it on Debian and Ubuntu. */
export const INSTALL_HINT_BY_TOOL: Readonly<Record<Tool, string>> = {
  chromium: 'apt-get install chromium',
  gcc: 'apt-get install gcc libc6-dev',
  mosquitto_pub: 'apt-get install mosquitto-clients',
  mosquitto_rr: 'apt-get install mosquitto-clients',
  mosquitto_sub: 'apt-get install mosquitto-clients',
  nc: 'apt-get install netcat-openbsd',
  script: 'apt-get install bsdutils',
  strace: 'apt-get install strace',
};
