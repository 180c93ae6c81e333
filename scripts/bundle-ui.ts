/** The page of src/ui as one HTML text, and the style of reports, which have no script. */
import { readFile } from 'node:fs/promises';
import { build, transform } from 'esbuild';

const FOLDER = 'src/ui';
/** Hosts set their own; this holds where one is lax. Hosts may add inline scripts of theirs, but nothing is fetched. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'";

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}/app.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles.map(({ text }) => text.trim()).join('');
}

async function style(...names: string[]): Promise<string> {
  const sheets = await Promise.all(names.map((name) => readFile(`${FOLDER}/${name}.css`, 'utf8')));
  const { code } = await transform(sheets.join('\n'), { loader: 'css', minify: true, charset: 'utf8' });
  return code.trim();
}

function page(code: string, css: string): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>Experiment results</title><style>${css}</style></head><body><script>${code}</script></body></html>`,
  ].join('');
}

/** Text of src/generated/ui.ts. */
export async function bundledPages(): Promise<string> {
  const [code, app, report] = await Promise.all([script(), style('style', 'app'), style('style', 'report')]);
  return `// Made by \`npm run generate\` from src/ui/; do not edit.
/** The MCP App that draws results, assessments and reviews. */
export const APP_PAGE = ${JSON.stringify(page(code, app))};
/** The style of a report. */
export const REPORT_STYLE = ${JSON.stringify(report)};
`;
}
