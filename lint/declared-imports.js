import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';

/**
 * A workspace may import only what its own package.json declares. npm puts every package where every workspace
 * finds it, so an undeclared import works here, and fails in the container image that holds one app alone.
 *
 * Types are declared by those who use them, at the root; tests may use the root's development tools.
 */
export const declaredImports = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { root: { type: 'boolean' } }, additionalProperties: false }],
    messages: {
      undeclared:
        '{{name}} is not in the dependencies of {{manifest}}. Declare it there: an image of this app alone would lack it.',
    },
  },
  create(context) {
    const { root = false } = context.options[0] ?? {};
    const manifest = manifestOf(context.filename);
    const allowed = new Set(dependenciesOf(manifest, root));
    if (root) for (const name of dependenciesOf(join(context.cwd, 'package.json'), true)) allowed.add(name);

    const check = (node) => {
      const name = packageOf(node.source?.value);
      if (name === undefined || allowed.has(name) || node.importKind === 'type') return;
      context.report({
        node: node.source,
        messageId: 'undeclared',
        data: { name, manifest: relative(context.cwd, manifest) },
      });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

const manifests = new Map();

function manifestOf(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'package.json');
}

function dependenciesOf(manifest, withDevelopment) {
  if (!manifests.has(manifest)) manifests.set(manifest, JSON.parse(readFileSync(manifest, 'utf8')));
  const { name, dependencies, optionalDependencies, devDependencies } = manifests.get(manifest);
  const all = { ...dependencies, ...optionalDependencies, ...(withDevelopment ? devDependencies : {}) };
  return [name, ...Object.keys(all)];
}

/** The package that a specifier names; undefined for a path or one of Node's own modules. */
function packageOf(specifier) {
  if (typeof specifier !== 'string' || /^(\.|\/|node:)/u.test(specifier)) return undefined;
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return builtinModules.includes(name) ? undefined : name;
}
