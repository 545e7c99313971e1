/** Programs outside npm that tests may use. */
export const TOOLS = [
  'chromium',
  'curl',
  'ejabberdctl',
  'erl',
  'gcc',
  'ip',
  'iptables',
  'mosquitto',
  'mosquitto_pub',
  'mosquitto_rr',
  'mosquitto_sub',
  'nc',
  'profanity',
  'prosody',
  'python3',
  'script',
  'strace',
  'unshare',
] as const;

export type Tool = (typeof TOOLS)[number];

/** The names a program goes by, best first. */
export const COMMANDS_BY_TOOL: Readonly<Record<Tool, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  curl: ['curl'],
  ejabberdctl: ['ejabberdctl'],
  erl: ['erl'],
  gcc: ['gcc', 'cc'],
  ip: ['ip'],
  iptables: ['iptables'],
  mosquitto: ['mosquitto'],
  mosquitto_pub: ['mosquitto_pub'],
  mosquitto_rr: ['mosquitto_rr'],
  mosquitto_sub: ['mosquitto_sub'],
  nc: ['nc', 'ncat'],
  profanity: ['profanity'],
  prosody: ['prosody'],
  python3: ['python3'],
  script: ['script'],
  strace: ['strace'],
  unshare: ['unshare'],
};

/** The command that installs it on Debian and Ubuntu. */
export const INSTALL_HINT_BY_TOOL: Readonly<Record<Tool, string>> = {
  chromium: 'apt-get install chromium',
  curl: 'apt-get install curl',
  ejabberdctl: 'apt-get install ejabberd',
  erl: 'apt-get install ejabberd',
  gcc: 'apt-get install gcc libc6-dev',
  ip: 'apt-get install iproute2',
  iptables: 'apt-get install iptables',
  mosquitto: 'apt-get install mosquitto',
  mosquitto_pub: 'apt-get install mosquitto-clients',
  mosquitto_rr: 'apt-get install mosquitto-clients',
  mosquitto_sub: 'apt-get install mosquitto-clients',
  nc: 'apt-get install netcat-openbsd',
  profanity: 'apt-get install profanity',
  prosody: 'apt-get install prosody',
  python3: 'apt-get install python3',
  script: 'apt-get install bsdutils',
  strace: 'apt-get install strace',
  unshare: 'apt-get install util-linux',
};
