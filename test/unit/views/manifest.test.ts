/** The manifest, its texts and the code agree: nothing is named in one place only. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<
    Record<'untrustedWorkspaces' | 'virtualWorkspaces', { supported: boolean; description: string }>
  >;
  readonly contributes: {
    readonly commands: readonly {
      command: string;
      title: string;
      category: string;
      icon?: string;
      enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { id: string; icon: string }[]>>;
    readonly views: Readonly<Record<string, readonly { id: string; name: string; icon: string }[]>>;
    readonly viewsWelcome: readonly { view: string; contents: string; when: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    readonly walkthroughs: readonly {
      steps: readonly {
        id: string;
        description: string;
        media: { markdown: string };
        completionEvents: readonly string[];
      }[];
    }[];
    readonly colors: readonly { id: string; description: string; defaults: Readonly<Record<string, string>> }[];
    readonly jsonValidation: readonly { fileMatch: string; url: string }[];
  };
}

const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const sources = ['src/views', 'src']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

const commands = new Set(contributes.commands.map(({ command }) => command));
const views = Object.values(contributes.views).flat();

/** The text behind `%key%`. */
function text(reference: string): string {
  const key = /^%(.+)%$/.exec(reference)?.[1];
  assert.ok(key !== undefined, `${reference} is not in package.nls.json but in the manifest itself`);
  assert.ok(key in texts, `package.nls.json has no ${key}`);
  return texts[key] ?? '';
}

/** Titles that people were promised word by word. */
const NAMED: Readonly<Record<string, string>> = {
  analyze: 'Analyze CloudTrail',
  whoIs: 'Find Access Key, Session or Address…',
};

describe('the manifest', () => {
  it('and package.nls.json name the same texts', () => {
    const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
  });

  it('gives every command a category and a title in sentence case', () => {
    for (const { command, title, category } of contributes.commands) {
      assert.match(command, /^cloudtrailLineage\./);
      assert.equal(text(category), 'CloudTrail Lineage');
      const shown = text(title);
      const named = NAMED[command.replace('cloudtrailLineage.', '')];
      if (named !== undefined) assert.equal(shown, named);
      else assert.match(shown, /^[A-Z][^A-Z]*$/, `${command}: ${shown}`);
    }
  });

  it('and the code have the same commands', () => {
    const code = readFileSync(join(root, 'src/views/commands.ts'), 'utf8');
    const table = /function commands\([^]*?\n}\n/.exec(code)?.[0] ?? '';
    const registered = [...table.matchAll(/^ {4}'?([\w.]+)'?: /gm)].map(
      ([, name]) => `cloudtrailLineage.${name ?? ''}`,
    );
    assert.deepEqual(registered.sort(), [...commands].sort());
  });

  it('has in its menus only commands that it declares, with an icon in every toolbar', () => {
    for (const [menu, items] of Object.entries(contributes.menus)) {
      for (const { command, group } of items) {
        assert.ok(commands.has(command), `${menu}: ${command}`);
        const icon = contributes.commands.find((each) => each.command === command)?.icon;
        if (group !== undefined && /^(navigation|inline)/.test(group)) assert.ok(icon, `${command} has no icon`);
      }
    }
  });

  it('hides from the palette what needs a row of a tree, and only that', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false');
    assert.deepEqual(hidden.map(({ command }) => command.replace('cloudtrailLineage.', '')).sort(), [
      'markExpected',
      'openEvidence',
      'suppress',
      'triage.benign',
      'triage.confirm',
      'triage.reopen',
    ]);
    for (const { command } of hidden) {
      assert.ok(
        Object.entries(contributes.menus).some(
          ([menu, items]) => menu !== 'commandPalette' && items.some((item) => item.command === command),
        ),
        `${command} is nowhere to be found`,
      );
    }
  });

  it('offers the analysis on folders and on log files, and on nothing else', () => {
    const [item] = contributes.menus['explorer/context'] ?? [];
    assert.equal(item?.command, 'cloudtrailLineage.analyze');
    assert.match(item.when ?? '', /explorerResourceIsFolder/);
    const pattern = /resourceExtname =~ \/(.+?)\/i?$/.exec(item.when ?? '')?.[1] ?? '(';
    const offered = (name: string) => new RegExp(pattern, 'i').test(/\.[^.]*$/.exec(name)?.[0] ?? '');
    for (const name of ['a.json', 'a.json.gz', 'a.jsonl', 'a.ndjson', 'a.gz', 'a.log', 'A.JSON'])
      assert.ok(offered(name), name);
    for (const name of ['a.txt', 'a.ts', 'a.jsonc', 'a', 'a.zip', 'a.logs']) assert.ok(!offered(name), name);
  });

  it('uses only context keys that the code sets', () => {
    const clauses = [
      ...Object.values(contributes.menus)
        .flat()
        .map(({ when }) => when),
      ...contributes.commands.map(({ enablement }) => enablement),
      ...contributes.viewsWelcome.map(({ when }) => when),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents)),
    ];
    const keys = clauses.flatMap((clause) =>
      [...(clause ?? '').matchAll(/(?<!view == |\()\bcloudtrailLineage\.(\w+)/g)].map(([, key]) => key ?? ''),
    );
    const own = new Set(keys.filter((key) => !commands.has(`cloudtrailLineage.${key}`)));
    assert.ok(own.has('phase') && own.has('hasAnalysis'));
    for (const key of own) {
      const set = new RegExp(`'setContext', 'cloudtrailLineage\\.${key}'`);
      assert.match(sources, set, `nothing sets cloudtrailLineage.${key}`);
    }
  });

  it('asks in its menus for rows that there are', () => {
    const rows = ['incident', 'suppressed', 'session', 'evidence', 'origin', 'record', 'moreParents'];
    for (const triage of ['open', 'confirmed', 'benign', 'suppressed'])
      rows.push(`finding.${triage}`, `finding.${triage}.remediable`);
    for (const { command, when = '' } of contributes.menus['view/item/context'] ?? []) {
      const exact = /viewItem == (\S+)/.exec(when)?.[1];
      const pattern = /viewItem =~ \/(.+?)\/(?=$| )/.exec(when)?.[1];
      assert.ok(exact !== undefined || pattern !== undefined, `${command} is on every row`);
      const matches = rows.filter((row) => (exact === undefined ? new RegExp(pattern ?? '').test(row) : row === exact));
      assert.ok(matches.length > 0, `${command}: no row matches ${when}`);
    }
  });

  it('names views that the code makes, each welcoming whoever finds it empty', () => {
    for (const { id, name } of views) {
      text(name);
      assert.ok(sources.includes(`createTreeView('${id}'`), id);
      assert.ok(
        contributes.viewsWelcome.some(({ view }) => view === id),
        `${id} has no welcome`,
      );
    }
    const phases = contributes.viewsWelcome
      .filter(({ view }) => view === 'cloudtrailLineage.findings')
      .map(({ when }) => when)
      .join();
    for (const phase of ['none', 'analysing', 'clean', 'failed'])
      assert.ok(phases.includes(`phase == ${phase}`), phase);
  });

  it('links in its texts only to commands that there are', () => {
    const known = new Set([...commands, ...views.map(({ id }) => `${id}.focus`)]);
    const links = Object.values(texts).flatMap((each) =>
      [...each.matchAll(/\(command:([^)]+)\)/g)].map(([, id]) => id ?? ''),
    );
    assert.ok(links.length > 5);
    for (const id of links) assert.ok(known.has(id), id);
    for (const { id } of contributes.walkthroughs.flatMap(({ steps }) => steps)) assert.ok(id);
  });

  it('describes every setting, and has exactly those that the code reads', () => {
    const declared = Object.entries(contributes.configuration.properties);
    for (const [key, setting] of declared) {
      text(String(setting['markdownDescription']));
      for (const field of ['type', 'default', 'scope', 'order']) assert.ok(field in setting, `${key} has no ${field}`);
    }
    const read = [...sources.matchAll(/\bread(?:<\w+>)?\('([\w.]+)'/g)].map(
      ([, key]) => `cloudtrailLineage.${key ?? ''}`,
    );
    assert.deepEqual([...new Set(read)].sort(), declared.map(([key]) => key).sort());
  });

  it('has defaults that are those of the code', () => {
    for (const [key, { default: value }] of Object.entries(contributes.configuration.properties)) {
      const literal = typeof value === 'string' ? `'${value}'` : String(value);
      assert.ok(sources.includes(`read('${key.replace('cloudtrailLineage.', '')}', ${literal}`), `${key}: ${literal}`);
    }
  });

  it('completes every step of the walkthrough by something that happens', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    assert.equal(steps.length, 4);
    for (const { media, completionEvents } of steps) {
      assert.ok(existsSync(join(root, media.markdown)), media.markdown);
      for (const event of completionEvents) {
        const command = /^onCommand:(.+)$/.exec(event)?.[1];
        if (command !== undefined) assert.ok(commands.has(command), event);
        else assert.match(event, /^onContext:cloudtrailLineage\.hasAnalysis$/);
      }
    }
  });

  it('declares the colours that are its own, for every kind of theme', () => {
    const used = new Set([...sources.matchAll(/'(cloudtrailLineage\.\w*Anomalous)'/g)].map(([, id]) => id ?? ''));
    assert.deepEqual(
      contributes.colors.map(({ id }) => id),
      [...used],
    );
    for (const { description, defaults } of contributes.colors) {
      text(description);
      assert.deepEqual(Object.keys(defaults).sort(), ['dark', 'highContrast', 'highContrastLight', 'light']);
    }
  });

  it('names files that there are', () => {
    const files = [
      manifest.icon,
      ...Object.values(contributes.viewsContainers)
        .flat()
        .map(({ icon }) => icon),
      ...views.map(({ icon }) => icon),
      ...contributes.jsonValidation.map(({ url }) => url),
    ];
    for (const file of files) assert.ok(existsSync(join(root, file)), file);
    const png = readFileSync(join(root, manifest.icon));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
  });

  it('activates on what is asked for, and says what it needs', () => {
    assert.deepEqual(manifest.activationEvents, ['onWebviewPanel:cloudtrailLineage.panel']);
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, true);
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
    for (const { description } of Object.values(manifest.capabilities)) assert.notEqual(text(description), '');
  });
});
