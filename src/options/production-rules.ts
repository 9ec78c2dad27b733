import { isLoopback } from './origins';
import type { Settings } from './settings';
import { trustsVisitors } from './trusted-proxies';

/** NIST SP 800-63B requires at least 112 bits. 32 characters suffice even with a small alphabet. */
const SECRET_LENGTH = 32;

interface Rule {
  setting: string;
  isBroken(settings: Settings): boolean;
  remedy: string;
}

const RULES: Rule[] = [
  {
    setting: 'SESSION_SECRET',
    // A generated secret is lost with the disk and differs between machines.
    isBroken: ({ sessionSecrets }) =>
      !sessionSecrets || sessionSecrets.some((secret) => secret.length < SECRET_LENGTH),
    remedy: `must be given in production, ${SECRET_LENGTH} characters or more each (for example from: openssl rand -base64 32)`,
  },
  {
    setting: 'PASSWORD_PEPPER',
    // An attacker with the database could find short ones by brute force, using the fingerprint beside each
    // hash.
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
    // Latchkey serves plain http, so with https a proxy terminates TLS. Without TRUST_PROXY all users would
    // share the proxy's address and be throttled together.
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
    setting: 'ORIGINS',
    isBroken: ({ origins }) => origins.some((origin) => !origin.startsWith('https:')),
    remedy: 'must be https origins in production',
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

/** Whether the settings meet a production rule, in any environment. */
export interface RuleCheck {
  setting: string;
  remedy: string;
  isBroken: boolean;
  /** By ALLOW_UNSAFE. */
  isLifted: boolean;
}

/** Checks every rule. */
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

/** Why production refuses to start: sentences that say what to set. */
export function productionRefusals(settings: Settings): string[] {
  // A misspelt NODE_ENV=production must not start in development mode.
  const hiding = settings.misspeltNames
    .filter(({ hidesProduction }) => hidesProduction)
    .map(({ name }) => name);
  return productionChecks(settings)
    .filter(({ isBroken, isLifted }) => isBroken && !isLifted)
    .filter(({ setting }) => settings.isProduction || hiding.includes(setting))
    .map(sentence);
}

/** The warnings of every start: rules lifted by ALLOW_UNSAFE, and misspelt settings. */
export function startWarnings(settings: Settings): string[] {
  const broken = productionChecks(settings).filter(({ isBroken }) => isBroken);
  if (settings.isProduction) return broken.map((rule) => `ALLOW_UNSAFE lifts a refusal: ${sentence(rule)}`);
  const names = settings.misspeltNames.map(({ name }) => name);
  return broken.filter(({ setting }) => names.includes(setting)).map(sentence);
}

const sentence = ({ setting, remedy }: RuleCheck): string => `${setting} ${remedy}`;
