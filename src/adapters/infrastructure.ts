import type { ConfigDocument } from '../source/config-document.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, members, rootOf } from './config-node.ts';
import { MASK } from '../source/placeholder.ts';
import { folderOf } from '../model/location.ts';

/*
 * Resources of infrastructure as code, whichever language declares them: Terraform (HCL and JSON) and CloudFormation with
 * its dialects SAM, CDK output and the Serverless Framework.
 */

/** The two names one kind of resource has; null in a language that does not have it. */
export interface ResourceType {
  readonly terraform: string | null;
  readonly cloudFormation: string | null;
}

export interface Resource {
  /** Label or logical id, unique among resources of its type in one module or template. */
  readonly id: string;
  /** The block of Terraform, or the `Properties` of CloudFormation; the whole resource when it has none. */
  readonly body: ConfigNode;
  /** The resource itself. */
  readonly node: ConfigNode;
  readonly language: 'terraform' | 'cloudformation';
}

/** Resources of one type in their order. */
export function resourcesOf(document: ConfigDocument, type: ResourceType): readonly Resource[] {
  return document.format === 'hcl'
    ? terraformResources(rootOf(document), type.terraform)
    : cloudFormationResources(rootOf(document), type.cloudFormation);
}

function terraformResources(root: ConfigNode, type: string | null): readonly Resource[] {
  if (type === null) return [];
  return blocks(child(root, 'resource')).flatMap((resource) =>
    members(child(resource, type)).flatMap(([id, node]) =>
      blocks(node).map((body): Resource => ({ id, body, node: body, language: 'terraform' })),
    ),
  );
}

function cloudFormationResources(root: ConfigNode, type: string | null): readonly Resource[] {
  if (type === null) return [];
  return resourceMaps(root)
    .flatMap((map) => members(map))
    .filter(([, node]) => child(node, 'Type')?.value === type)
    .map(([id, node]) => ({ id, body: child(node, 'Properties') ?? node, node, language: 'cloudformation' }));
}

/** `Resources` of a template; the Serverless Framework has them below `resources`, in one map or several. */
function resourceMaps(root: ConfigNode): readonly ConfigNode[] {
  const own = child(root, 'Resources');
  const below = child(root, 'resources');
  return [own, ...blocks(below).map((part) => child(part, 'Resources'))].filter((node) => node !== null);
}

/** A block of Terraform may be there once or several times; the JSON syntax writes either as an object or a list. */
export function blocks(node: ConfigNode | null): readonly ConfigNode[] {
  if (node === null) return [];
  return Array.isArray(node.value) ? items(node) : [node];
}

/** Steps down through blocks of which there is only one. */
export function part(node: ConfigNode | null, ...path: readonly string[]): ConfigNode | null {
  let current = node;
  for (const step of path) {
    const below = child(current, step);
    current = below !== null && Array.isArray(below.value) && below.value.length === 1 ? child(below, 0) : below;
  }
  return current;
}

/** Whether Terraform computes which blocks of this name there are. */
export function isDynamic(node: ConfigNode, name: string): boolean {
  return blocks(child(node, 'dynamic')).some((each) => child(each, name) !== null);
}

/**
 * Ids of resources that a value refers to: `aws_cognito_user_pool.main.id`, `!Ref Pool`, `!GetAtt Pool.Arn`,
 * `!Sub "https://${Pool}"`. For Terraform only those of one type.
 */
export function referencesIn(node: ConfigNode | null, terraformType: string): readonly string[] {
  if (node === null) return [];
  if (typeof node.value === 'string') {
    if (!node.value.includes(MASK)) return [];
    const pattern = new RegExp(`(?<![\\w.])${terraformType}\\.([A-Za-z_][\\w-]*)`, 'g');
    return [...node.value.matchAll(pattern)].map(([, id = '']) => id);
  }
  const name = child(node, 'Ref')?.value;
  if (typeof name === 'string') return [name];
  const attribute = child(node, 'Fn::GetAtt');
  if (attribute !== null) {
    const [first] = typeof attribute.value === 'string' ? attribute.value.split('.') : [child(attribute, 0)?.value];
    return typeof first === 'string' ? [first] : [];
  }
  const template = child(node, 'Fn::Sub');
  const text = typeof template?.value === 'string' ? template.value : child(template, 0)?.value;
  const inside = template === null ? [] : members(child(template, 1)).flatMap(([, each]) => referencesIn(each, ''));
  const named = typeof text === 'string' ? [...text.matchAll(/\$\{([A-Za-z]\w*)(?:\.\w+)*\}/g)] : [];
  return [
    ...named.map(([, id = '']) => id),
    ...inside,
    ...items(child(node, 'Fn::Join', 1)).flatMap((each) => referencesIn(each, '')),
  ];
}

/**
 * Where ids are unique: a module of Terraform is a folder, a template of CloudFormation is a file.
 */
export function scopeOf(file: string): string {
  return /\.(?:tf|tf\.json|hcl)(?:\.\w+)?$/i.test(file) ? folderOf(file) : file;
}
