// Plugin for GraphQL Code Generator: writes the manifest of trusted documents that a gateway reads (docs/guides/trusted-documents.md),
// in Apollo's format. Each operation stands there with its fragments, in the order in which the plugin `typed-document-node`
// puts them: what a client prints from a typed document is then the body, to the byte. The ID is its SHA-256.
const { createHash } = require('node:crypto');
const { Kind, print, visit } = require('graphql');

/** Names of the fragments that a definition needs, the needed before the needing, each once. */
function fragmentsOf(definition, fragments, names = new Set()) {
  visit(definition, {
    FragmentSpread({ name: { value: name } }) {
      if (names.has(name) || !fragments.has(name)) return;
      fragmentsOf(fragments.get(name), fragments, names);
      names.add(name);
    },
  });
  return names;
}

function entryOf(operation, fragments) {
  const needed = [...fragmentsOf(operation, fragments)].map((name) => fragments.get(name));
  const body = print({ kind: Kind.DOCUMENT, definitions: [operation, ...needed] });
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name: operation.name.value, type: operation.operation, body };
}

module.exports = {
  plugin(_schema, documents) {
    const definitions = documents.flatMap(({ document }) => document.definitions);
    const fragments = new Map(
      definitions
        .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
    const operations = definitions
      .filter(({ kind, name }) => kind === Kind.OPERATION_DEFINITION && name)
      .map((operation) => entryOf(operation, fragments))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`;
  },
};
