import { isIP } from 'node:net';
import { ConfigError } from '../errors.js';
import { imitatesCloud } from './lookalike.js';

const CLOUD_HOSTS: readonly string[] = ['us.posthog.com', 'eu.posthog.com'];
/** The two regions of PostHog Cloud. */
export const CLOUD_ORIGINS: readonly string[] = CLOUD_HOSTS.map((host) => `https://${host}`);

/**
 * The origin that requests, and with them the API key, go to. PostHog Cloud by exact name, a self-hosted https origin, or
 * plain http on loopback.
 * @throws ConfigError with one line for everything else, because a wrong host here is a leaked key.
 */
export function parseHost(value: string): string {
  const url = parseOrigin(value);
  const host = url.hostname;
  if (host.endsWith('.')) throw badHost(value, 'ends its name with a dot');
  if (/(?:^|\.)xn--/.test(host)) throw badHost(value, 'has an international name, which can imitate another');
  if (isLoopback(host)) return url.origin;
  // URL takes braces and more for a name; that is a template that nobody filled.
  if (!/^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(host)) throw badHost(value, 'holds characters that no host name has');
  if (url.protocol !== 'https:') throw badHost(value, 'is plain http, which is for loopback only; use https');
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0)
    throw badHost(value, 'is an IP address; use the name it has a certificate for');
  if (host === 'posthog.com' || host.endsWith('.posthog.com')) checkCloud(value, url);
  else if (imitatesCloud(host)) throw badHost(value, 'looks like PostHog Cloud and is not');
  return url.origin;
}

/** True for names and addresses that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function parseOrigin(value: string): URL {
  if (/[^\x21-\x7e]/.test(value)) throw badHost(value, 'holds spaces or characters outside ASCII');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) throw badHost(value, 'has no scheme; write it with https:// in front');
  if (!URL.canParse(value)) throw badHost(value, 'is not a URL');
  const url = new URL(value);
  if (!['http:', 'https:'].includes(url.protocol)) throw badHost(value, 'is neither http nor https');
  if (value.includes('@')) throw badHost('the value', 'holds a user name or password');
  if (url.pathname !== '/' || /[?#\\]/.test(value))
    throw badHost(value, 'is more than an origin; leave out path and query');
  return url;
}

function checkCloud(value: string, url: URL): void {
  const host = url.hostname;
  if (host.endsWith('.i.posthog.com')) {
    const region = host.startsWith('eu') ? 'eu' : 'us';
    throw badHost(value, 'only takes in events', `https://${region}.posthog.com`);
  }
  if (!CLOUD_HOSTS.includes(host)) throw badHost(value, 'does not serve the API of PostHog Cloud');
  if (url.port !== '') throw badHost(value, 'has a port that PostHog Cloud does not use', `https://${host}`);
}

function badHost(
  value: string,
  why: string,
  instead = 'https://us.posthog.com or https://eu.posthog.com',
): ConfigError {
  const shown = value.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
  return new ConfigError(`POSTHOG_HOST: ${shown} ${why}. Set POSTHOG_HOST to ${instead}, or to your own https origin.`);
}
