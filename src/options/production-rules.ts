import type { Settings } from './settings';
import { trustsVisitors } from './trusted-proxies';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** NIST SP 800-63B asks for 112 bits at least; 32 characters leave room for a poor alphabet. */
const SECRET_LENGTH = 32;

/** Whether a host name means this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);

interface Rule {
  setting: string;
  isBroken(settings: Settings): boolean;
  remedy: string;
}

const RULES: Rule[] = [
  {
    setting: 'SESSION_SECRET',
    // One that is made at the first start is lost with the disk and differs between machines.
    isBroken: ({ sessionSecrets }) =>
      !sessionSecrets || sessionSecrets.some((secret) => secret.length < SECRET_LENGTH),
    remedy: `must be given in production, ${SECRET_LENGTH} characters or more each (for example from: openssl rand -base64 32)`,
  },
  {
    setting: 'PASSWORD_PEPPER',
    // The fingerprint beside each hash would let whoever has the database try short ones.
    isBroken: ({ passwordPeppers = [] }) => passwordPeppers.some((pepper) => pepper.length < SECRET_LENGTH),
    remedy: `must be ${SECRET_LENGTH} characters or more each in production, or be left out (for example from: openssl rand -base64 32)`,
  },
  {
    setting: 'BASE_URL',
    isBroken: ({ baseUrl, https }) => !https && !isLoopback(new URL(baseUrl).hostname),
    remedy: 'must be an https address in production (plain http only for a loopback host)',
  },
  {
    setting: 'TRUST_PROXY',
    // Latchkey speaks plain http: where users come by https, a proxy ends TLS. Not knowing it, we would take all visitors
    // for one, by its address, and throttle them together.
    isBroken: ({ https, trustProxy }) => https && /^(off|0+)$/.test(trustProxy),
    remedy: 'must say how many proxies stand in front, or their addresses, as BASE_URL is https (mostly: 1)',
  },
  {
    setting: 'TRUST_PROXY',
    isBroken: ({ trustProxy }) => trustsVisitors(trustProxy),
    remedy:
      'must name the proxies alone: whoever else it trusts can pretend to come from any address (mostly: 1)',
  },
  {
    setting: 'SESSION_STORE',
    isBroken: ({ sessionStore }) => sessionStore === 'memory',
    remedy: 'must be database or redis in production: memory forgets every session at a restart',
  },
  {
    setting: 'BCRYPT_COST',
    isBroken: ({ bcryptCost }) => bcryptCost < 10,
    remedy: 'must be 10 or more in production',
  },
  {
    setting: 'THROTTLE',
    isBroken: ({ throttle }) => !throttle,
    remedy: 'must be on in production: without it passwords can be guessed as fast as they are hashed',
  },
];

/** A rule of production as these settings keep it, wherever they are for. */
export interface RuleCheck {
  setting: string;
  remedy: string;
  isBroken: boolean;
  /** By ALLOW_UNSAFE. */
  isLifted: boolean;
}

/** Every rule, each as the settings keep it or not. */
export function productionChecks(settings: Settings): RuleCheck[] {
  const isLifted = (setting: string) => settings.allowUnsafe.includes(setting);
  const rules = RULES.map((rule) => ({
    setting: rule.setting,
    remedy: rule.remedy,
    isBroken: rule.isBroken(settings),
    isLifted: isLifted(rule.setting),
  }));
  const names = settings.misspeltNames.map(({ name, meant }) => ({
    setting: name,
    remedy: `is not a setting. Did you mean ${meant}? Correct the name, or remove the variable`,
    isBroken: true,
    isLifted: isLifted(name),
  }));
  return [...rules, ...names];
}

/** What a start is refused for, as sentences that say what to set. */
export function productionRefusals(settings: Settings): string[] {
  // NODE_ENV=production under a misspelt name must not start as development.
  const hiding = settings.misspeltNames
    .filter(({ hidesProduction }) => hidesProduction)
    .map(({ name }) => name);
  return productionChecks(settings)
    .filter(({ isBroken, isLifted }) => isBroken && !isLifted)
    .filter(({ setting }) => settings.isProduction || hiding.includes(setting))
    .map(sentence);
}

/** What every start warns of: rules of production that ALLOW_UNSAFE lifts, and names that are almost settings. */
export function startWarnings(settings: Settings): string[] {
  const broken = productionChecks(settings).filter(({ isBroken }) => isBroken);
  if (settings.isProduction) return broken.map((rule) => `ALLOW_UNSAFE lifts a refusal: ${sentence(rule)}`);
  const names = settings.misspeltNames.map(({ name }) => name);
  return broken.filter(({ setting }) => names.includes(setting)).map(sentence);
}

const sentence = ({ setting, remedy }: RuleCheck): string => `${setting} ${remedy}`;
