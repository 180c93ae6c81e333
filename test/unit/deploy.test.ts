import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const read = (path: string) => readFileSync(path, 'utf8');
const named = z.object({ name: z.string() });

describe('the Dockerfile', () => {
  const text = read('Dockerfile');

  it('passes the linter', () => {
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('does not run as root, and says how it is', () => {
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^HEALTHCHECK [\s\S]*\/healthz/m);
  });

  it('copies only what is let into the build, and no secret', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const [, sources = ''] of text.matchAll(/^COPY (?!--from)(.*) \S+$/gm))
      for (const source of sources.split(' ')) expect(allowed, source).toContain(`!${source}`);
    expect(text).not.toMatch(/phx_|^(?:ENV|ARG) .*(?:KEY|TOKEN|SECRET)/m);
  });
});

describe('the Kubernetes manifests', () => {
  const documents = parseAllDocuments(read('docs/deploy/kubernetes.yaml'));
  const objects = documents.map((document) => document.toJS());
  const secretKey = z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) });
  const probe = z.looseObject({ httpGet: z.strictObject({ path: z.string(), port: z.literal('http') }) });
  const container = z.looseObject({
    args: z.array(z.string()),
    ports: z.array(z.strictObject({ name: z.literal('http'), containerPort: z.literal(3333) })),
    env: z.array(
      z.union([
        z.strictObject({ name: z.string(), value: z.string() }),
        z.strictObject({ name: z.string(), valueFrom: secretKey }),
      ]),
    ),
    securityContext: z.strictObject({
      allowPrivilegeEscalation: z.literal(false),
      readOnlyRootFilesystem: z.literal(true),
      capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
    }),
    livenessProbe: probe,
    readinessProbe: probe,
    volumeMounts: z.array(named.extend({ mountPath: z.string(), readOnly: z.literal(true) })),
  });
  const deployment = z.looseObject({
    spec: z.looseObject({
      replicas: z.literal(2),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      template: z.looseObject({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.looseObject({
          securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
          terminationGracePeriodSeconds: z.number().min(20),
          containers: z.tuple([container]),
          volumes: z.array(named.extend({ secret: z.looseObject({ secretName: z.string() }) })),
        }),
      }),
    }),
  });

  it('are YAML without warnings, one of each kind', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PodDisruptionBudget']);
  });

  it('run two replicas that share a secret and a store, without rights, from secrets alone', () => {
    const { spec } = deployment.parse(objects[0]);
    const [server] = spec.template.spec.containers;
    const fromSecrets = server.env.flatMap((entry) => ('valueFrom' in entry ? [entry.name] : []));
    expect(fromSecrets).toEqual(['POSTHOG_PERSONAL_API_KEY', 'POSTHOG_MCP_SECRET', 'POSTHOG_MCP_STORE']);
    expect(server.args.join(' ')).toContain('--bind 0.0.0.0 --auth token --allow-host');
    expect([server.livenessProbe, server.readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      '/healthz',
      '/readyz',
    ]);
    expect(server.volumeMounts.map(({ name }) => name)).toEqual(spec.template.spec.volumes.map(({ name }) => name));
  });

  it('select the pods that they make', () => {
    const { spec } = deployment.parse(objects[0]);
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    expect(objects[1].spec.selector).toEqual(spec.selector.matchLabels);
    expect(objects[2].spec.selector.matchLabels).toEqual(spec.selector.matchLabels);
  });
});
